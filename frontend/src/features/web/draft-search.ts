import { readOwn, writeOwn } from '$lib/own-storage';

/** Whether a conversation's next prompts have the web searched; `null` is the new chat. */
export function readDraftSearch(id: string | null): boolean {
  return readOwn(nameOf(id)) !== '';
}

export function writeDraftSearch(id: string | null, on: boolean): void {
  writeOwn(nameOf(id), on ? 'on' : '');
}

function nameOf(id: string | null): string {
  return `draft-search.${id ?? 'new'}`;
}
