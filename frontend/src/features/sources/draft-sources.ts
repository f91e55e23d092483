import type { Source } from '$lib/api/types';
import { readOwnList, writeOwnList } from '$lib/own-storage';

export interface DraftSource {
  source: Source;
  /** Whether it was sent from here, and may still be on its way. */
  added: boolean;
}

/** What is chosen for a conversation's next prompt; `null` is the new chat. */
export function readDraftSources(id: string | null): DraftSource[] {
  return readOwnList(nameOf(id), isDraftSource);
}

export function writeDraftSources(id: string | null, sources: readonly DraftSource[]): void {
  writeOwnList(nameOf(id), sources);
}

function isDraftSource(item: unknown): item is DraftSource {
  const source = (item as Partial<DraftSource> | null)?.source;
  return typeof source?.id === 'string' && typeof source.name === 'string';
}

function nameOf(id: string | null): string {
  return `draft-sources.${id ?? 'new'}`;
}
