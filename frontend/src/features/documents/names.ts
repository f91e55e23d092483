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

/** A place in a document; what is not known is left out. */
export interface PlaceIn {
  page?: number | null;
  /** The passage that is to be seen, by its id. */
  passage?: string | null;
  /** The number of the passage in which the words are. */
  around?: number | null;
  /** The words that are to be seen. */
  text?: string;
}

/** Where a document is shown, at a place. */
export function documentPath(id: string, place: PlaceIn = {}): string {
  return `/documents/${id}${queryOf({ ...place })}`;
}

/** The place that the query of such an address names. */
export function placeIn(query: URLSearchParams): Required<PlaceIn> {
  const around = query.get('around');
  return {
    page: Number(query.get('page')) || null,
    passage: query.get('passage'),
    around: around === null ? null : Number(around) || 0,
    text: query.get('text') ?? '',
  };
}

/** Longer than any passage; an address has its limits. */
const MOST_WORDS = 1_500;

export function passagePath({
  document_id,
  chunk_id,
  page,
  text,
}: Pick<Passage, 'document_id' | 'page' | 'text'> & { chunk_id: string | null }): string {
  return documentPath(document_id, { page, text: text.slice(0, MOST_WORDS), passage: chunk_id });
}

function queryOf(values: Record<string, string | number | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value || value === 0) query.set(name, String(value));
  return query.size > 0 ? `?${query}` : '';
}
