/** Paints one code block: highlighted as far as there was time to, plain after that. */

import { untrack } from 'svelte';
import { highlight } from './highlight';
import type { Language } from './languages';
import { Pace } from './pace';

/** A block that is still growing is highlighted again this often, in ms. */
const INTERVAL = 300;

/** Growing beyond this many characters, a block waits for its end to be highlighted. */
const LONGEST_GROWING = 20_000;

export class Painter {
  #code = $state('');
  #painted = $state.raw({ code: '', html: '' });
  readonly #pace = new Pace(INTERVAL);
  #request = 0;

  /** The part of the code that is not highlighted yet. */
  get rest(): string {
    return this.#isAhead() ? this.#code.slice(this.#painted.code.length) : this.#code;
  }

  /** Shows the highlighted part in an element. */
  readonly show = (element: HTMLElement): void => {
    element.innerHTML = this.#isAhead() ? this.#painted.html : '';
  };

  /** Takes the code as it is now; `isGrowing` says that more will come. */
  paint(code: string, language: Language | undefined, isGrowing: boolean): void {
    this.#code = code;
    if (!language || language.id === 'plaintext') return;
    const task = () => void this.#highlight(code, language);
    if (!isGrowing) {
      this.#pace.cancel();
      task();
    } else if (code.length <= LONGEST_GROWING) this.#pace.request(task);
  }

  /** Ends all work. */
  stop(): void {
    this.#pace.cancel();
    this.#request += 1;
  }

  async #highlight(code: string, language: Language): Promise<void> {
    if (code === untrack(() => this.#painted.code)) return;
    this.#request += 1;
    const request = this.#request;
    const html = await highlight(code, language);
    if (html !== undefined && request === this.#request) this.#painted = { code, html };
  }

  #isAhead(): boolean {
    return this.#code.startsWith(this.#painted.code);
  }
}
