/**
 * What this browser keeps in words for whoever is signed in. Each user's entries have names of
 * their own, so that the next one meets none of them; signing out takes them along.
 */
const PREFIX = 'dost.own.';

let owner: string | null = null;

/** From now on it is this user who reads and writes; null is nobody. */
export function keepFor(user: string | null): void {
  owner = user;
}

/** Removes all that is kept for the user who is signed in. */
export function forgetOwn(): void {
  const begins = nameOf('');
  if (begins === null) return;
  for (const name of Object.keys(localStorage))
    if (name.startsWith(begins)) localStorage.removeItem(name);
}

/** The text kept under `name`; empty where there is none. */
export function readOwn(name: string): string {
  const own = nameOf(name);
  return (own === null ? null : localStorage.getItem(own)) ?? '';
}

/** Keeps `text`, or nothing where it is empty; says whether there was room for it. */
export function writeOwn(name: string, text: string): boolean {
  const own = nameOf(name);
  if (own === null) return false;
  try {
    if (text === '') localStorage.removeItem(own);
    else localStorage.setItem(own, text);
    return true;
  } catch {
    return false;
  }
}

/** The list kept under `name`, of what `fits`; empty where there is none. */
export function readOwnList<T>(name: string, fits: (item: unknown) => item is T): T[] {
  try {
    const found: unknown = JSON.parse(readOwn(name) || '[]');
    return Array.isArray(found) ? found.filter(fits) : [];
  } catch {
    return [];
  }
}

/** Keeps a list, or nothing where it is empty; says whether there was room for it. */
export function writeOwnList(name: string, items: readonly unknown[]): boolean {
  return writeOwn(name, items.length > 0 ? JSON.stringify(items) : '');
}

function nameOf(name: string): string | null {
  return owner === null ? null : `${PREFIX}${owner}.${name}`;
}
