import type { Api } from '$lib/api/api';
import { sentence } from '$lib/api/errors';
import type { Passage } from '$lib/api/types';

const MOST_PASSAGES = 10;

/** Where a question is asked; everywhere where both are null. */
export interface Scope {
  collection: string | null;
  document: string | null;
}

/** A question to documents, and the passages that fit it best. */
export class Asking {
  /** What was asked last; empty before. */
  query = $state('');
  state = $state<'idle' | 'searching' | 'found' | 'failed'>('idle');
  failure = $state('');
  items = $state.raw<Passage[]>([]);
  #asked = new AbortController();

  constructor(private readonly api: Api) {}

  async ask(query: string, { collection, document }: Scope): Promise<void> {
    this.#asked.abort();
    const { signal } = (this.#asked = new AbortController());
    this.query = query.trim();
    if (this.query === '') return this.#rest();
    this.state = 'searching';
    try {
      const { items } = await this.api.documents.retrieve(
        {
          query: this.query,
          ...(collection && { collection_ids: [collection] }),
          ...(document && { document_ids: [document] }),
          k: MOST_PASSAGES,
        },
        signal,
      );
      if (signal.aborted) return;
      this.items = items;
      this.state = 'found';
    } catch (error) {
      if (signal.aborted) return;
      this.failure = sentence(error);
      this.state = 'failed';
    }
  }

  clear(): void {
    this.#asked.abort();
    this.query = '';
    this.#rest();
  }

  #rest(): void {
    this.items = [];
    this.state = 'idle';
  }
}
