import { command } from '$lib/ui/keys';

export type Shortcut = 'palette' | 'shortcuts' | 'newChat' | 'sidebar';

/** Which of the app's shortcuts a key press is. */
export function shortcut(event: KeyboardEvent): Shortcut | null {
  if (!command(event) || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (event.shiftKey) return key === 'o' ? 'newChat' : null;
  if (key === 'k') return 'palette';
  if (key === 'b') return 'sidebar';
  return key === '/' ? 'shortcuts' : null;
}
