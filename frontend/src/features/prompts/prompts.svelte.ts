import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import type { NewPrompt, Prompt, PromptChanges } from '$lib/api/types';

/** The prompts the user may use: their own, and those that others share. */
export class Prompts {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  #known = $state.raw<Prompt[]>([]);
  readonly #hidden = new SvelteSet<string>();
  readonly items = $derived(this.#known.filter(({ id }) => !this.#hidden.has(id)));

  constructor(private readonly api: Api) {}

  async load(): Promise<void> {
    try {
      this.#known = (await this.api.prompts.list()).items;
      this.state = 'ready';
    } catch {
      if (this.state === 'loading') this.state = 'failed';
    }
  }

  async create(prompt: NewPrompt): Promise<Prompt> {
    return this.#put(await this.api.prompts.create(prompt));
  }

  async change(id: string, changes: PromptChanges): Promise<Prompt> {
    return this.#put(await this.api.prompts.patch(id, changes));
  }

  /** Takes a prompt out of sight; the result brings it back. */
  hide(id: string): () => void {
    this.#hidden.add(id);
    return () => this.#hidden.delete(id);
  }

  async remove(id: string, leaving: boolean): Promise<void> {
    try {
      await this.api.prompts.remove(id, leaving);
      if (!leaving) this.#known = this.#known.filter((prompt) => prompt.id !== id);
    } finally {
      if (!leaving) this.#hidden.delete(id);
    }
  }

  clear(): void {
    this.#known = [];
    this.state = 'loading';
  }

  #put(prompt: Prompt): Prompt {
    const others = this.#known.filter(({ id }) => id !== prompt.id);
    this.#known = [...others, prompt].sort(
      (a, b) => Number(b.mine) - Number(a.mine) || a.name.localeCompare(b.name),
    );
    return prompt;
  }
}

export const [getPrompts, setPrompts] = createContext<Prompts>();
