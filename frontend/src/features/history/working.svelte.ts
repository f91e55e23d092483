import { SvelteMap } from 'svelte/reactivity';

/** Which conversations have answers being written, and by how many runs. */
export class Working {
  #runs = new SvelteMap<string, ReadonlySet<string>>();

  has(conversation: string): boolean {
    return this.#runs.has(conversation);
  }

  began(conversation: string, run: string): void {
    this.#runs.set(conversation, new Set([...(this.#runs.get(conversation) ?? []), run]));
  }

  /** Says whether that was the last one. */
  ended(conversation: string, run: string): boolean {
    const left = new Set(this.#runs.get(conversation));
    if (!left.delete(run)) return false;
    if (left.size > 0) this.#runs.set(conversation, left);
    else this.#runs.delete(conversation);
    return left.size === 0;
  }

  forget(conversation: string): void {
    this.#runs.delete(conversation);
  }

  clear(): void {
    this.#runs.clear();
  }
}
