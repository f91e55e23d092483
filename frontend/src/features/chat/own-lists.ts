import { readOwn, writeOwn } from '$lib/own-storage';

/** What this browser keeps of a conversation beside its messages: a list of what `fits`. */
export function readList<T>(name: string, id: string, fits: (item: unknown) => item is T): T[] {
  try {
    const found: unknown = JSON.parse(readOwn(`${name}.${id}`) || '[]');
    return Array.isArray(found) ? found.filter(fits) : [];
  } catch {
    return [];
  }
}

/** Says whether there was room for it. */
export function writeList(name: string, id: string, items: readonly unknown[]): boolean {
  return writeOwn(`${name}.${id}`, items.length > 0 ? JSON.stringify(items) : '');
}
