import type { Api } from '$lib/api/api';
import type { Collection, Document } from '$lib/api/types';

/** Long enough for a fast typist's next letter. */
const PAUSE_MS = 150;
const MOST_COLLECTIONS = 5;
const MOST_DOCUMENTS = 8;

/** Looks for the documents and collections that a word may mean, as it is typed. */
export class SourceFinder {
  #query = $state('');
  #collections = $state.raw<readonly Collection[]>([]);
  #documents = $state.raw<readonly Document[]>([]);
  /** Whether what is here was found for other words. */
  #isStale = $state(false);
  #version = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** One's own come first, as the server lists them. */
  readonly collections = $derived(
    this.#collections.filter(({ name }) => says(name, this.#query)).slice(0, MOST_COLLECTIONS),
  );
  /** Until the server has answered, those of the last answer that still fit. */
  readonly documents = $derived(
    this.#isStale
      ? this.#documents.filter(({ title, filename }) => says(`${title} ${filename}`, this.#query))
      : this.#documents,
  );

  constructor(private readonly api: Api) {}

  /** Begins anew: something may have been added since the last time. */
  begin(query: string): void {
    this.find(query, 0);
    this.api.collections.list().then(
      ({ items }) => (this.#collections = items),
      // Documents may still be found.
      () => undefined,
    );
  }

  find(query: string, pause = PAUSE_MS): void {
    const version = ++this.#version;
    this.#query = query;
    this.#isStale = true;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#ask(query, version), pause);
  }

  async #ask(q: string, version: number): Promise<void> {
    const which = { collection_id: null, status: 'ready', q, cursor: null } as const;
    try {
      const { items } = await this.api.documents.list({ ...which, limit: MOST_DOCUMENTS });
      if (version !== this.#version) return;
      this.#documents = items;
      this.#isStale = false;
    } catch {
      // What was found before is offered as far as it fits.
    }
  }
}

function says(name: string, query: string): boolean {
  return name.toLocaleLowerCase().includes(query.toLocaleLowerCase());
}
