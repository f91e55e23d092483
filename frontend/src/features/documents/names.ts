import type { Document, Passage } from '$lib/api/types';

/** A file's own name, without the folders that it came in. */
export function lastName(filename: string): string {
  return filename.slice(filename.lastIndexOf('/') + 1);
}

/** The folders that a file came in. */
export function foldersOf(filename: string): string {
  return filename.slice(0, Math.max(0, filename.lastIndexOf('/')));
}

/** What people call a document: its title, where it has one. */
export function nameOf({ title, filename }: Pick<Document, 'title' | 'filename'>): string {
  return title.trim() || lastName(filename);
}

/** User names as people type them, one a line or between commas. */
export function namesIn(text: string): string[] {
  const names = text.split(/[\n,;]/).map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
}

export interface Shelf {
  collection: string | null;
  /** What is asked. */
  ask: string;
}

/** Where documents are listed, or asked. */
export function shelfPath({ collection, ask }: Partial<Shelf>): string {
  return `/documents${queryOf({ collection, ask })}`;
}

/** Where a document is shown, at a page and with words that are to be seen. */
export function documentPath(id: string, at: { page?: number | null; text?: string } = {}): string {
  return `/documents/${id}${queryOf(at)}`;
}

/** Longer than any passage; an address has its limits. */
const MOST_WORDS = 1_500;

export function passagePath({
  document_id,
  page,
  text,
}: Pick<Passage, 'document_id' | 'page' | 'text'>): string {
  return documentPath(document_id, { page, text: text.slice(0, MOST_WORDS) });
}

function queryOf(values: Record<string, string | number | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, String(value));
  return query.size > 0 ? `?${query}` : '';
}
