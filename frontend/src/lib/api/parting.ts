/**
 * What a page asks for as it leaves may reach the server after the first question of the page that
 * follows. So it leaves a note, and its successor in the same tab asks for it again before anything
 * else. Only for deletions: twice is as good as once.
 */
const KEY = 'dost.parting';

export function noteDeletion(path: string): void {
  sessionStorage.setItem(KEY, JSON.stringify([...read(), path]));
}

/** The deletions that the last page noted; they are noted no longer. */
export function takeDeletions(): string[] {
  const paths = read();
  sessionStorage.removeItem(KEY);
  return paths;
}

function read(): string[] {
  try {
    const noted: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(noted) ? noted.filter((path) => typeof path === 'string') : [];
  } catch {
    return [];
  }
}
