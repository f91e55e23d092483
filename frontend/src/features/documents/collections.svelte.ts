import type { Api } from '$lib/api/api';
import type { Collection, CollectionChanges, NewCollection } from '$lib/api/types';

/** The collections of documents that one may read: one's own first, then those that others share. */
export class Collections {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  items = $state.raw<Collection[]>([]);
  #version = 0;

  constructor(private readonly api: Api) {}

  get(id: string | null): Collection | undefined {
    return this.items.find((collection) => collection.id === id);
  }

  async load(): Promise<void> {
    const version = ++this.#version;
    try {
      const { items } = await this.api.collections.list();
      if (version !== this.#version) return;
      this.items = items;
      this.state = 'ready';
    } catch {
      if (version === this.#version && this.state === 'loading') this.state = 'failed';
    }
  }

  async create(collection: NewCollection): Promise<Collection> {
    return this.#put(await this.api.collections.create(collection));
  }

  async change(id: string, changes: CollectionChanges): Promise<Collection> {
    return this.#put(await this.api.collections.patch(id, changes));
  }

  async remove(id: string): Promise<void> {
    await this.api.collections.remove(id);
    this.#version += 1;
    this.items = this.items.filter((collection) => collection.id !== id);
  }

  clear(): void {
    this.#version += 1;
    this.items = [];
    this.state = 'loading';
  }

  #put(collection: Collection): Collection {
    this.#version += 1;
    const others = this.items.filter(({ id }) => id !== collection.id);
    this.items = [...others, collection].sort(
      (a, b) => Number(b.mine) - Number(a.mine) || a.name.localeCompare(b.name),
    );
    return collection;
  }
}
