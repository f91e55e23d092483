/** JupyterLab's theme, as the attribute says that Lab and Notebook both set on the page's body. */

const ATTRIBUTE = 'data-jp-theme-light';

/** Whether the theme is a dark one. */
export function isDark(): boolean {
  return document.body.getAttribute(ATTRIBUTE) === 'false';
}

/** Calls `listener` when the theme changes; the result ends that. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributeFilter: [ATTRIBUTE, 'data-jp-theme-name'] });
  return () => {
    observer.disconnect();
  };
}
