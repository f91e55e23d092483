// Runs before the first paint; `theme.ts` writes what it reads.
try {
  document.documentElement.dataset.theme = localStorage.getItem('dost.theme') ?? 'system';
} catch {
  document.documentElement.dataset.theme = 'system';
}
