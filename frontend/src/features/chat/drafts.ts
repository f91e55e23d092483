import type { Attachment } from '$lib/api/types';
import { readOwn, writeOwn } from '$lib/own-storage';
import { readList, writeList } from './own-lists';

/** In the name of what belongs to the chat that has no id yet. */
const NEW = 'new';
/** Larger drafts would fill the origin's storage; they live as long as the tab. */
const LONGEST = 200_000;
/** The server keeps what was uploaded and never sent for a day. */
const FILES_KEPT_MS = 23 * 3_600_000;

/** The unsent text of a conversation; `null` stands for the new chat. */
export function readDraft(id: string | null): string {
  return readOwn(nameOf(id));
}

export function writeDraft(id: string | null, text: string): void {
  writeOwn(nameOf(id), text.length > LONGEST ? '' : text);
}

/** The files that were uploaded for a conversation and not sent yet. */
export function readDraftFiles(id: string | null, now = Date.now()): Attachment[] {
  return readList('draft-files', id ?? NEW, isDraftFile)
    .filter(({ at }) => now - at < FILES_KEPT_MS)
    .map(({ file }) => file);
}

export function writeDraftFiles(id: string | null, files: Attachment[], now = Date.now()): void {
  const kept: DraftFile[] = files.map((file) => ({ at: now, file }));
  writeList('draft-files', id ?? NEW, kept);
}

interface DraftFile {
  /** When it was written here last, in milliseconds. */
  at: number;
  file: Attachment;
}

function isDraftFile(item: unknown): item is DraftFile {
  return typeof (item as Partial<DraftFile> | null)?.at === 'number';
}

function nameOf(id: string | null): string {
  return `draft.${id ?? NEW}`;
}
