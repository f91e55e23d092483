import { createContext } from 'svelte';
import type { DocumentChanged } from '$lib/api/types';

export interface Listener {
  heard: (news: DocumentChanged) => void;
  /** Something may have happened that nobody heard of. */
  missed: () => void;
  /** Whoever was signed in has gone. */
  clear: () => void;
}

/** Tells what happens to documents to what shows them, which is loaded when it is first opened. */
export class DocumentNews {
  #listener: Listener | null = null;

  listen(listener: Listener): void {
    this.#listener = listener;
  }

  heard(news: DocumentChanged): void {
    this.#listener?.heard(news);
  }

  missed(): void {
    this.#listener?.missed();
  }

  clear(): void {
    this.#listener?.clear();
  }
}

export const [getDocumentNews, setDocumentNews] = createContext<DocumentNews>();
