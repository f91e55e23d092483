import { readDraftSearch, writeDraftSearch } from './draft-search';

/** A conversation whose id a new chat gets with its first prompt. */
interface Owner {
  readonly id: string | null;
  readonly temporary: boolean;
}

/** Whether the web is searched for the answers of one conversation. */
export class WebSearch {
  /** Null until it is known better here than where it is kept. */
  #known = $state<boolean | null>(null);

  constructor(private readonly owner: Owner) {}

  /** Looked up late: a chat is made before it is known who is signed in. */
  get on(): boolean {
    return this.#known ?? readDraftSearch(this.owner.id);
  }

  toggle(): void {
    this.#keep(this.owner.id, !this.on);
  }

  /** Keeps it for the next visit, or no longer: the chat has become a temporary one, or is saved. */
  keep(): void {
    this.#keep(this.owner.id, this.on);
  }

  /** What is the new chat gets its id: the next new one begins without. */
  name(id: string): void {
    this.#keep(id, this.on);
    writeDraftSearch(null, false);
  }

  #keep(id: string | null, on: boolean): void {
    this.#known = on;
    writeDraftSearch(id, on && !this.owner.temporary);
  }
}
