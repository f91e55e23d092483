// Runs before the first paint; `page-look.ts` writes what it reads.
{
  const page = document.documentElement;
  page.dataset.theme = 'system';
  try {
    const look = JSON.parse(localStorage.getItem('dost.look'));
    Object.assign(page.dataset, look?.data);
    page.style.cssText = look?.css ?? '';
  } catch {
    // Storage is forbidden: the look then arrives with the settings.
  }
}
