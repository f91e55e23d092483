import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import type { Kernel, Kernelspecs } from '$lib/api/types';

/** The kernels of the user's conversations, and those that can be started. */
export class Kernels {
  specs = $state.raw<Kernelspecs | null>(null);
  #byConversation = new SvelteMap<string, Kernel>();
  #asked: Promise<void> | null = null;

  constructor(private readonly api: Api) {}

  /** Asks once what there is; the server need not be there. */
  load(): Promise<void> {
    this.#asked ??= this.#read().catch(() => {
      this.#asked = null;
    });
    return this.#asked;
  }

  async #read(): Promise<void> {
    const [specs, { items }] = await Promise.all([this.api.code.specs(), this.api.code.kernels()]);
    for (const kernel of items) this.#byConversation.set(kernel.conversation_id, kernel);
    this.specs = specs;
  }

  of(conversation: string | null): Kernel | undefined {
    return conversation === null ? undefined : this.#byConversation.get(conversation);
  }

  /** Whether code that is called `language` can be run by some kernel here. */
  speaks(language: string): boolean {
    const named = language.toLowerCase();
    return this.specs?.items.some(({ aliases }) => aliases.includes(named)) ?? false;
  }

  heard(kernel: Kernel): void {
    if (kernel.reason === 'stopped') this.#byConversation.delete(kernel.conversation_id);
    else this.#byConversation.set(kernel.conversation_id, kernel);
  }

  /** Reads anew what there is, after a time without news. */
  refresh(): void {
    if (this.#asked === null) return;
    this.#asked = null;
    this.#byConversation.clear();
    void this.load();
  }

  async start(conversation: string, name: string): Promise<void> {
    this.heard(await this.api.code.start(conversation, name));
  }

  async interrupt(conversation: string): Promise<void> {
    await this.api.code.interrupt(conversation);
  }

  async restart(conversation: string): Promise<void> {
    this.heard(await this.api.code.restart(conversation));
  }

  async stop(conversation: string): Promise<void> {
    await this.api.code.stop(conversation);
    this.#byConversation.delete(conversation);
  }

  clear(): void {
    this.#asked = null;
    this.specs = null;
    this.#byConversation.clear();
  }
}

export const [getKernels, setKernels] = createContext<Kernels>();
