import { createContext } from 'svelte';
import type { DocumentChanged } from '$lib/api/types';

export interface Listener {
  heard: (news: DocumentChanged) => void;
  /** Something may have happened that nobody heard of. */
  missed: () => void;
  /** Whoever was signed in has gone. */
  clear: () => void;
}

/** Tells what happens to documents to what shows them, much of which is loaded when it is wanted. */
export class DocumentNews {
  readonly #listeners = new Set<Listener>();

  /** The result ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  heard(news: DocumentChanged): void {
    for (const listener of this.#listeners) listener.heard(news);
  }

  missed(): void {
    for (const listener of this.#listeners) listener.missed();
  }

  clear(): void {
    for (const listener of this.#listeners) listener.clear();
  }
}

export const [getDocumentNews, setDocumentNews] = createContext<DocumentNews>();
