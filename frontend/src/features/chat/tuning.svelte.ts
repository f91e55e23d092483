import { sentence } from '$lib/api/errors';
import type { ChatParams, ConversationDetail } from '$lib/api/types';
import { Saving } from '$lib/saving';

type Tuned = Pick<ConversationDetail, 'system_prompt'> & { params: ChatParams };

/** What a chat tells its model beside the messages, where it differs from the defaults. */
export class Tuning {
  params = $state.raw<ChatParams>({});
  /** Null where the folder's or the user's own holds; an empty one says that there is none. */
  systemPrompt = $state<string | null>(null);
  failure = $state<string | null>(null);
  /** How many things differ. */
  readonly count = $derived(Object.keys(this.params).length + (this.systemPrompt === null ? 0 : 1));
  readonly #saving: Saving<Tuned>;
  #saved: Tuned = { params: {}, system_prompt: null };

  /** @param save Tells the server; does nothing for a chat that it does not know yet. */
  constructor(save: (changes: Tuned) => Promise<unknown>) {
    this.#saving = new Saving(
      async (changes) => {
        await save(changes);
        this.#saved = changes;
      },
      (error) => {
        this.failure = sentence(error);
        this.#show(this.#saved);
      },
    );
  }

  /** Takes over what the server holds, unless it is about to hold something else. */
  take(found: ConversationDetail): void {
    if (this.#saving.pending) return;
    // The server has checked them.
    this.#saved = { params: found.params as ChatParams, system_prompt: found.system_prompt };
    this.#show(this.#saved);
  }

  /** Changes something; it counts from the next turn on. */
  change(changes: Partial<Tuned>): void {
    this.failure = null;
    const tuned = { ...this.all, ...changes };
    this.#show(tuned);
    this.#saving.put(tuned);
  }

  get all(): Tuned {
    return { params: this.params, system_prompt: this.systemPrompt };
  }

  /** Resolves when everything is saved or was refused, to whether it is saved. */
  async settled(): Promise<boolean> {
    if (this.#saving.pending) await this.#saving.flush();
    return this.failure === null;
  }

  #show({ params, system_prompt }: Tuned): void {
    this.params = params;
    this.systemPrompt = system_prompt;
  }
}
