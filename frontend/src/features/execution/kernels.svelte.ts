import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import type { Kernel, Kernelspecs } from '$lib/api/types';

/** The kernels of the user's conversations, and those that can be started. */
export class Kernels {
  specs = $state.raw<Kernelspecs | null>(null);
  #byConversation = new SvelteMap<string, Kernel>();
  /** The last news of each. */
  readonly #told = new Map<string, Kernel>();
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
    const told = new Map(this.#told);
    const [specs, { items }] = await Promise.all([this.api.code.specs(), this.api.code.kernels()]);
    for (const kernel of items) this.#answered(kernel, told.get(kernel.conversation_id));
    this.specs = specs;
  }

  /** An answer says how a kernel is, unless something was `told` of it since it was asked for. */
  #answered(kernel: Kernel, told: Kernel | undefined): void {
    if (this.#told.get(kernel.conversation_id) === told) this.#show(kernel);
  }

  #show(kernel: Kernel): void {
    if (kernel.reason === 'stopped') this.#byConversation.delete(kernel.conversation_id);
    else this.#byConversation.set(kernel.conversation_id, kernel);
  }

  of(conversation: string | null): Kernel | undefined {
    return conversation === null ? undefined : this.#byConversation.get(conversation);
  }

  /** Whether the kernel runs something, of this page or not. */
  isBusy(conversation: string | null): boolean {
    return this.of(conversation)?.state === 'busy';
  }

  /** Whether code that is called `language` can be run by some kernel here. */
  speaks(language: string): boolean {
    const named = language.toLowerCase();
    return this.specs?.items.some(({ aliases }) => aliases.includes(named)) ?? false;
  }

  heard(kernel: Kernel): void {
    this.#told.set(kernel.conversation_id, kernel);
    this.#show(kernel);
  }

  /** Reads anew what there is, after a time without news. */
  refresh(): void {
    if (this.#asked === null) return;
    this.#asked = null;
    const before = [...this.#byConversation.keys()];
    this.#byConversation.clear();
    void this.load().then(() => before.forEach((one) => void this.#lost(one)));
  }

  /** Asks for one that is listed no more: it went with the server that listed it. */
  async #lost(conversation: string): Promise<void> {
    const told = this.#told.get(conversation);
    if (this.#asked === null || this.#byConversation.has(conversation)) return;
    const kernel = await this.api.code.kernel(conversation).catch(() => null);
    if (kernel) this.#answered(kernel, told);
  }

  async start(conversation: string, name: string): Promise<void> {
    const told = this.#told.get(conversation);
    this.#answered(await this.api.code.start(conversation, name), told);
  }

  async interrupt(conversation: string): Promise<void> {
    await this.api.code.interrupt(conversation);
  }

  async restart(conversation: string): Promise<void> {
    const told = this.#told.get(conversation);
    this.#answered(await this.api.code.restart(conversation), told);
  }

  async stop(conversation: string): Promise<void> {
    await this.api.code.stop(conversation);
    this.#byConversation.delete(conversation);
  }

  clear(): void {
    this.#asked = null;
    this.specs = null;
    this.#told.clear();
    this.#byConversation.clear();
  }
}

export const [getKernels, setKernels] = createContext<Kernels>();
