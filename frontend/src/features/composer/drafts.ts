import { readOwn, writeOwn } from '$lib/own-storage';

/** Larger drafts would fill the origin's storage; they live as long as the tab. */
const LONGEST = 200_000;

/** The unsent text of a conversation; `null` stands for the new chat. */
export function readDraft(id: string | null): string {
  return readOwn(nameOf(id));
}

export function writeDraft(id: string | null, text: string): void {
  writeOwn(nameOf(id), text.length > LONGEST ? '' : text);
}

function nameOf(id: string | null): string {
  return `draft.${id ?? 'new'}`;
}
