/** What somebody has written and wants an answer to. */
export interface Written {
  text: string;
  /** The model that answers this one alone. */
  once: string | null;
}

/** Words alone, to whoever is asked. */
export function written(text: string): Written {
  return { text, once: null };
}
