/** Themes of the page; the panel takes JupyterLab's. */
export const THEMES = ['light', 'dark', 'oled', 'system'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'dost.theme';

/** Shows `theme` and remembers it for `boot.js`, which sets it before the next first paint. */
export function showTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  tintWindow();
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // Storage is full or forbidden: the theme then arrives with the settings.
  }
}

/** The frame of an installed app, or a phone's status bar, takes the page's own colour. */
export function tintWindow(): void {
  const colour = getComputedStyle(document.body).backgroundColor;
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', colour);
}
