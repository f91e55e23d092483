import type { Attachment, ChatRequest, Source } from '$lib/api/types';

/** What the server takes of one message; it says the same, later. */
export const MOST_FILES = 20;
export const MOST_BYTES = 20 * 1024 * 1024;
export const MOST_BYTES_IN_ALL = 24 * 1024 * 1024;
/** A pasted text that is longer becomes a file, so that the prompt can still be seen. */
export const LONG_PASTE = 8_000;
/** What a text field lays out in a moment; 20,000 lines take it a second, and each key after them. */
export const MOST_IN_FIELD = 200_000;

/** A prompt as the server is sent it: with its files, and what it is to be answered from. */
export function promptOf(
  content: string,
  files: readonly Attachment[],
  sources: readonly Source[] = [],
): ChatRequest {
  const attachments = [
    ...files.map(({ id }) => ({ file_id: id })),
    ...sources
      .filter(({ kind }) => kind === 'document')
      .map(({ id, use = 'auto' }) => ({ document_id: id, use })),
  ];
  const collection_ids = sources.filter(({ kind }) => kind === 'collection').map(({ id }) => id);
  return {
    content,
    ...(attachments.length > 0 && { attachments }),
    ...(collection_ids.length > 0 && { collection_ids }),
  };
}

/**
 * What a paste brings. What is copied from a spreadsheet or a text processor comes as words and,
 * beside them, as their picture: the words are meant.
 */
export function pastedIn(data: DataTransfer | null): { words: string; files: File[] } {
  const words = data?.getData('text/plain') ?? '';
  return { words, files: words === '' ? [...(data?.files ?? [])] : [] };
}

/** How large a picture stands in a message: within `most` pixels each way, never enlarged. */
export function shownSize(
  { width, height }: Pick<Attachment, 'width' | 'height'>,
  most: number,
): { width: number; height: number } {
  if (!width || !height) return { width: most, height: most };
  const scale = Math.min(1, most / width, most / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
