import type { Attachment, Source } from '$lib/api/types';

/** What somebody has written and wants an answer to. */
export interface Written {
  text: string;
  files: Attachment[];
  /** What it is to be answered from. */
  sources?: readonly Source[];
  /** Whether the web is searched for it; as the chat has it where that is not said. */
  web?: boolean;
  /** The model that answers this one alone. */
  once: string | null;
}

/** Words alone, to whoever is asked. */
export function written(text: string): Written {
  return { text, files: [], once: null };
}
