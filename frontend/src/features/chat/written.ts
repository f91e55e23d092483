import type { Attachment, Source } from '$lib/api/types';

/** What somebody has written and wants an answer to. */
export interface Written {
  text: string;
  files: Attachment[];
  /** What it is to be answered from. */
  sources?: readonly Source[];
  /** The model that answers this one alone. */
  once: string | null;
}

/** Words alone, to whoever is asked. */
export function written(text: string): Written {
  return { text, files: [], once: null };
}
