import { createContext } from 'svelte';
import type { Api } from '$lib/api/api';
import type { NewPrompt, Prompt, PromptChanges } from '$lib/api/types';

/** The prompts the user may use: their own, and those that others share. */
export class Prompts {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  items = $state.raw<Prompt[]>([]);

  constructor(private readonly api: Api) {}

  async load(): Promise<void> {
    try {
      this.items = (await this.api.prompts.list()).items;
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
    const before = this.items;
    this.items = before.filter((prompt) => prompt.id !== id);
    return () => (this.items = before);
  }

  async remove(id: string, leaving: boolean): Promise<void> {
    try {
      await this.api.prompts.remove(id, leaving);
    } catch (error) {
      await this.load();
      throw error;
    }
  }

  clear(): void {
    this.items = [];
    this.state = 'loading';
  }

  #put(prompt: Prompt): Prompt {
    const others = this.items.filter(({ id }) => id !== prompt.id);
    this.items = [...others, prompt].sort(
      (a, b) => Number(b.mine) - Number(a.mine) || a.name.localeCompare(b.name),
    );
    return prompt;
  }
}

export const [getPrompts, setPrompts] = createContext<Prompts>();
