const APPLE = /Mac|iP(hone|ad|od)/.test(navigator.platform);

/** A key combination as this machine writes it: `keys('K')` is "⌘K" or "Ctrl+K". */
export function keys(key: string, shift = false): string {
  if (APPLE) return `${shift ? '⇧' : ''}⌘${key}`;
  return `Ctrl+${shift ? 'Shift+' : ''}${key}`;
}

/** Whether the platform's command key is held. */
export function command(event: KeyboardEvent): boolean {
  return APPLE ? event.metaKey : event.ctrlKey;
}
