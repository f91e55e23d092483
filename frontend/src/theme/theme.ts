/** Themes of the page; the panel takes JupyterLab's. */
export const THEMES = ['light', 'dark', 'oled', 'system'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'dost.theme';

/** Shows `theme` and remembers it for `boot.js`, which sets it before the next first paint. */
export function showTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // Storage is full or forbidden: the theme then arrives with the settings.
  }
}
