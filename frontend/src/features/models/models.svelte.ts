import { createContext } from 'svelte';
import type { Api } from '$lib/api/api';
import type { Model } from '$lib/api/types';

const LAST_PICKED = 'dost.model';

/** The models the user may use, and the one a new chat begins with. */
export class Models {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  items = $state<Model[]>([]);
  #serverDefault = $state<string | null>(null);
  #lastPicked = $state(localStorage.getItem(LAST_PICKED));

  constructor(
    private readonly api: Api,
    private readonly userDefault: () => string | null,
  ) {}

  async load(): Promise<void> {
    try {
      const { items, default_model } = await this.api.models.list();
      this.items = items;
      this.#serverDefault = default_model;
      this.state = 'ready';
    } catch {
      if (this.state === 'loading') this.state = 'failed';
    }
  }

  get(id: string | null | undefined): Model | undefined {
    return this.items.find((model) => model.id === id);
  }

  /** The model to use for a conversation that names `id`, which may be gone by now. */
  use(id: string | null): Model | undefined {
    const wishes = [id, this.#lastPicked, this.userDefault(), this.#serverDefault];
    for (const wish of wishes) {
      const model = this.get(wish);
      if (model) return model;
    }
    return this.items[0];
  }

  /** The models that answer in a chat: its own, and those beside it that are still there. */
  askedIn(chat: { model: string | null; beside: readonly string[] }): string[] {
    const own = this.use(chat.model);
    const beside = chat.beside.filter((id) => id !== own?.id && this.get(id));
    return own ? [own.id, ...beside] : [];
  }

  picked(id: string): void {
    this.#lastPicked = id;
    localStorage.setItem(LAST_PICKED, id);
  }
}

export const [getModels, setModels] = createContext<Models>();
