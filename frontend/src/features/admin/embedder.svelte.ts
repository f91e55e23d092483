import type { Api } from '$lib/api/api';
import { ApiError, isPassing, sentence } from '$lib/api/errors';
import type { EmbedderChoice, EmbedderState, EmbedderTest, NextEmbedder } from '$lib/api/types';
import { whileVisible } from '$lib/ui/while-visible';
import { isSame } from './embedder-choice';

const EVERY_MS = 2_000;
/** What a form has a place for. */
const FIELDS = new Set(['model', 'base_url', 'api_key']);

/** A choice that was tried, and what it would take. */
export interface Asked {
  choice: EmbedderChoice;
  test: EmbedderTest;
}

/** What turns passages into vectors, and the change to another one. */
export class EmbedderChange {
  known = $state.raw<EmbedderState | null>(null);
  /** Why nothing is known. */
  failure = $state('');
  busy = $state<'test' | 'change' | 'cancel' | null>(null);
  /** What is asked for before it is done. */
  asked = $state.raw<Asked | null>(null);
  /** What the server has against a choice, as a whole and by its fields. */
  refusal = $state('');
  fields = $state.raw<Readonly<Record<string, string>>>({});
  /** The embedder that has taken over before the reader's eyes. */
  over = $state.raw<NextEmbedder | null>(null);

  #watching: AbortSignal | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Changes with every question: an answer to an older one tells what is past. */
  #version = 0;

  constructor(private readonly api: Api) {}

  /** Watches the work while the page can be seen; the result ends that. */
  follow(): () => void {
    return whileVisible((signal) => {
      this.#watching = signal;
      signal.addEventListener('abort', () => clearTimeout(this.#timer));
      void this.load();
    });
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    const version = ++this.#version;
    try {
      const state = await this.api.embedder.get();
      if (version === this.#version) this.#take(state);
    } catch (error) {
      if (version !== this.#version) return;
      // A server that is away for a while comes back; meanwhile what is known stays.
      if (this.known && isPassing(error)) this.#plan();
      else this.#fail(error);
    }
  }

  /** Tries a choice; what it would take is `asked` then. */
  async test(choice: EmbedderChoice): Promise<void> {
    if (this.busy) return;
    this.busy = 'test';
    this.forgetRefusal();
    try {
      this.asked = { choice, test: await this.api.embedder.test(choice) };
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.busy = null;
    }
  }

  forgetRefusal(): void {
    this.refusal = '';
    this.fields = {};
  }

  dismiss(): void {
    this.asked = null;
  }

  /** Does what was asked for; the result says whether it was accepted. */
  async change(): Promise<boolean> {
    const choice = this.asked?.choice;
    if (!choice || this.busy) return false;
    this.busy = 'change';
    this.forgetRefusal();
    try {
      await this.#ask(() => this.api.embedder.change(choice));
      return true;
    } catch (error) {
      this.#refuse(error);
      return false;
    } finally {
      this.asked = null;
      this.busy = null;
    }
  }

  /** Stays with the current one; throws what the server has against that. */
  async cancel(): Promise<void> {
    if (this.busy) return;
    this.busy = 'cancel';
    try {
      await this.#ask(() => this.api.embedder.cancel());
    } finally {
      this.busy = null;
    }
  }

  async #ask(call: () => Promise<EmbedderState>): Promise<void> {
    try {
      this.#version += 1;
      const state = await call();
      this.over = null;
      this.#take(state);
    } catch (error) {
      void this.load();
      throw error;
    }
  }

  #take(state: EmbedderState): void {
    const before = this.known?.next;
    if (state.next) this.over = null;
    else if (before && isSame(state.current, before)) this.over = { ...before, error: null };
    this.#version += 1;
    this.known = state;
    this.failure = '';
    this.#plan();
  }

  #plan(): void {
    clearTimeout(this.#timer);
    const watched = this.#watching !== null && !this.#watching.aborted;
    if (watched && this.known?.next) this.#timer = setTimeout(() => void this.load(), EVERY_MS);
  }

  #fail(error: unknown): void {
    this.known = null;
    this.failure = sentence(error);
  }

  #refuse(error: unknown): void {
    const details = error instanceof ApiError ? (error.problem.errors ?? []) : [];
    const said = details.map(({ loc, msg }) => [String(loc.at(-1)), msg] as const);
    this.fields = Object.fromEntries(said.filter(([name]) => FIELDS.has(name)));
    if (Object.keys(this.fields).length === 0) this.refusal = sentence(error);
  }
}
