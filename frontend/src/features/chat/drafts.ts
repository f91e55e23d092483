import type { Attachment } from '$lib/api/types';

const PREFIX = 'dost.draft.';
const FILES_PREFIX = 'dost.draft-files.';
/** Larger drafts would fill the origin's storage; they live as long as the tab. */
const LONGEST = 200_000;
/** The server keeps what was uploaded and never sent for a day. */
const FILES_KEPT_MS = 23 * 3_600_000;

/** The unsent text of a conversation; `null` stands for the new chat. */
export function readDraft(id: string | null): string {
  return localStorage.getItem(key(id)) ?? '';
}

export function writeDraft(id: string | null, text: string): void {
  write(key(id), text.length > LONGEST ? '' : text);
}

/** The files that were uploaded for a conversation and not sent yet. */
export function readDraftFiles(id: string | null, now = Date.now()): Attachment[] {
  const text = localStorage.getItem(key(id, FILES_PREFIX));
  if (text === null) return [];
  const { at, files } = JSON.parse(text) as { at: number; files: Attachment[] };
  return now - at < FILES_KEPT_MS ? files : [];
}

export function writeDraftFiles(id: string | null, files: Attachment[], now = Date.now()): void {
  write(key(id, FILES_PREFIX), files.length > 0 ? JSON.stringify({ at: now, files }) : '');
}

function write(name: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    // Storage is full: the draft lives as long as the tab.
  }
}

function key(id: string | null, prefix = PREFIX): string {
  return prefix + (id ?? 'new');
}
