/** The frame of an installed app, or a phone's status bar, takes the page's own colour. */
export function tintWindow(): void {
  const colour = getComputedStyle(document.body).backgroundColor;
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', colour);
}
