/** Paints one code block: highlighted as far as there was time to, plain after that. */

import { chunksOf } from './chunks';
import { highlighted } from './highlighter';
import { Pace } from './pace';
import { put } from './put';

/** A block that is still growing is highlighted again this often, in ms. */
const INTERVAL = 300;

/** Growing beyond this many characters, a block waits for its end to be highlighted. */
const LONGEST_GROWING = 50_000;

/** Highlighted chunks are shown until this many ms are over; the others follow when there is time. */
const SLICE = 6;

type Highlight = typeof highlighted;

/** A few lines of the block on the page: a highlighted beginning and a plain rest. */
class Chunk {
  readonly element = document.createElement('span');
  readonly #painted = document.createElement('span');
  readonly #rest = document.createTextNode('');
  #text = '';
  #html = '';
  #length = 0;

  constructor() {
    this.element.append(this.#painted, this.#rest);
  }

  /** Whether its text begins with `text`. */
  beginsWith(text: string): boolean {
    return this.#text.startsWith(text);
  }

  /** Shows `text`; the highlighted beginning stays where it still is one. */
  write(text: string): void {
    if (text === this.#text) return;
    if (!text.startsWith(this.#text.slice(0, this.#length))) {
      this.#painted.replaceChildren();
      this.#html = '';
      this.#length = 0;
    }
    this.#text = text;
    this.#rest.data = text.slice(this.#length);
  }

  /** Shows the first `length` characters as `html`. */
  paint(html: string, length: number): void {
    if (html !== this.#html) put(this.#painted, html);
    this.#html = html;
    this.#length = length;
    this.#rest.data = this.#text.slice(length);
  }
}

export class Painter {
  readonly #chunks: Chunk[] = [];
  readonly #pace = new Pace(INTERVAL);
  #element: HTMLElement | undefined;
  #code = '';
  /** Where the last chunk begins. */
  #lastStart = 0;
  #language = '';
  #isGrowing = false;
  /** What was highlighted last, and in which language. */
  #known = '';
  #request = 0;
  #isWaiting = false;
  #slice: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly highlight: Highlight = highlighted) {}

  /** Shows the code in an element. */
  readonly show = (element: HTMLElement): void => {
    this.#element = element;
    element.replaceChildren(...this.#chunks.map((chunk) => chunk.element));
  };

  /**
   * Takes the code as it is now, in the language whose grammar is called so (none when empty);
   * `isGrowing` says that more will come.
   */
  paint(code: string, language: string, isGrowing: boolean): void {
    this.#write(code);
    this.#language = language;
    this.#isGrowing = isGrowing;
    if (language === '') return;
    const task = () => void this.#highlight();
    if (!isGrowing) {
      this.#pace.cancel();
      task();
    } else if (code.length <= LONGEST_GROWING) this.#pace.request(task);
  }

  /** Ends all work. */
  stop(): void {
    this.#pace.cancel();
    clearTimeout(this.#slice);
    this.#request += 1;
  }

  /** Writes what is new: of code that grows only the last lines. */
  #write(code: string): void {
    const isLonger = code.startsWith(this.#code);
    const first = isLonger ? Math.max(0, this.#chunks.length - 1) : 0;
    const start = isLonger ? this.#lastStart : 0;
    const texts = chunksOf(code.slice(start));
    texts.forEach((text, index) => {
      this.#chunkAt(first + index).write(text);
    });
    for (const { element } of this.#chunks.splice(first + texts.length)) element.remove();
    this.#lastStart = code.length - (texts.at(-1)?.length ?? 0);
    this.#code = code;
  }

  #chunkAt(index: number): Chunk {
    let chunk = this.#chunks[index];
    if (!chunk) {
      chunk = new Chunk();
      this.#chunks.push(chunk);
      this.#element?.append(chunk.element);
    }
    return chunk;
  }

  async #highlight(): Promise<void> {
    const code = this.#code;
    const wanted = `${this.#language} ${code}`;
    // While an answer is on its way, nothing is asked: it would queue up behind a slow worker.
    if (wanted === this.#known || this.#isWaiting) return;
    this.#isWaiting = true;
    const request = this.#request;
    const html = await this.highlight(code, this.#language);
    this.#isWaiting = false;
    if (request !== this.#request) return;
    this.#known = wanted;
    if (html) this.#paintFrom(0, html, chunksOf(code));
    if (code !== this.#code) this.paint(this.#code, this.#language, this.#isGrowing);
  }

  /** Paints chunk after chunk as long as no frame waits for it, and the others later. */
  #paintFrom(first: number, html: string[], texts: string[]): void {
    clearTimeout(this.#slice);
    const end = performance.now() + SLICE;
    for (let index = first; index < html.length; index += 1) {
      const text = texts[index] ?? '';
      const chunk = this.#chunks[index];
      if (chunk?.beginsWith(text)) chunk.paint(html[index] ?? '', text.length);
      if (performance.now() < end) continue;
      this.#slice = setTimeout(() => {
        this.#paintFrom(index + 1, html, texts);
      });
      return;
    }
  }
}
