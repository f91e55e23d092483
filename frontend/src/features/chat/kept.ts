/** What this browser keeps of a conversation beside its messages, as lists in JSON. */
export function readKept<T>(name: string, id: string, fits: (item: unknown) => item is T): T[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key(name, id)) ?? '[]');
    return Array.isArray(found) ? found.filter(fits) : [];
  } catch {
    return [];
  }
}

/** Says whether there was room for it. */
export function writeKept(name: string, id: string, items: readonly unknown[]): boolean {
  try {
    if (items.length === 0) localStorage.removeItem(key(name, id));
    else localStorage.setItem(key(name, id), JSON.stringify(items));
    return true;
  } catch {
    return false;
  }
}

function key(name: string, id: string): string {
  return `dost.${name}.${id}`;
}
