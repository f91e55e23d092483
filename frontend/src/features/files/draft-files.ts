import type { Attachment } from '$lib/api/types';
import { readOwnList, writeOwnList } from '$lib/own-storage';

/** The server keeps what was uploaded and never sent for a day. */
const KEPT_MS = 23 * 3_600_000;

interface DraftFile {
  /** When it was written here last, in milliseconds. */
  at: number;
  file: Attachment;
}

/** The files that were uploaded for a conversation and not sent yet; `null` is the new chat. */
export function readDraftFiles(id: string | null, now = Date.now()): Attachment[] {
  return readOwnList(nameOf(id), isDraftFile)
    .filter(({ at }) => now - at < KEPT_MS)
    .map(({ file }) => file);
}

export function writeDraftFiles(id: string | null, files: Attachment[], now = Date.now()): void {
  const kept: DraftFile[] = files.map((file) => ({ at: now, file }));
  writeOwnList(nameOf(id), kept);
}

function isDraftFile(item: unknown): item is DraftFile {
  return typeof (item as Partial<DraftFile> | null)?.at === 'number';
}

function nameOf(id: string | null): string {
  return `draft-files.${id ?? 'new'}`;
}
