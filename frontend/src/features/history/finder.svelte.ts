import { createContext } from 'svelte';
import type { Api } from '$lib/api/api';
import { sentence } from '$lib/api/errors';
import type { Conversation } from '$lib/api/types';

const PAGE_SIZE = 30;
/** Long enough for a fast typist's next letter. */
const PAUSE_MS = 140;

/** What is typed into the search box, and what the server finds for it. */
export class Finder {
  query = $state('');
  items = $state<Conversation[]>([]);
  state = $state<'idle' | 'searching' | 'found' | 'failed'>('idle');
  failure = $state('');
  #cursor = $state<string | null>(null);
  #asked = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly active = $derived(this.query.trim() !== '');
  readonly more = $derived(this.#cursor !== null);

  constructor(private readonly api: Api) {}

  /** Searches once no letter follows for a moment. */
  type(query: string): void {
    this.query = query;
    this.#forget();
    if (!this.active) return this.#rest();
    this.state = 'searching';
    this.#timer = setTimeout(() => void this.#search(null), PAUSE_MS);
  }

  /** Searches at once. */
  ask(query: string): void {
    this.query = query;
    this.#forget();
    if (!this.active) return this.#rest();
    this.state = 'searching';
    void this.#search(null);
  }

  async loadMore(): Promise<void> {
    if (this.#cursor !== null && this.state === 'found') await this.#search(this.#cursor);
  }

  clear(): void {
    this.query = '';
    this.#forget();
    this.#rest();
  }

  /** A conversation is gone, or no longer what was searched for. */
  drop(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
  }

  #rest(): void {
    this.items = [];
    this.#cursor = null;
    this.state = 'idle';
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#asked.abort();
    this.#asked = new AbortController();
  }

  async #search(cursor: string | null): Promise<void> {
    const { signal } = this.#asked;
    try {
      const which = { q: this.query.trim(), cursor, limit: PAGE_SIZE };
      const page = await this.api.conversations.list(which, signal);
      if (signal.aborted) return;
      this.items = cursor === null ? page.items : [...this.items, ...page.items];
      this.#cursor = page.next_cursor;
      this.state = 'found';
    } catch (error) {
      if (signal.aborted) return;
      this.failure = sentence(error);
      this.state = 'failed';
    }
  }
}

export const [getFinder, setFinder] = createContext<Finder>();
