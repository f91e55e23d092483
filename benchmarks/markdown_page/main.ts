/** A page that holds one Markdown component, for the benchmark and the hostile-input test. */

import { mount, unmount } from 'svelte';
import '../../frontend/src/theme/page.css';
import '../../frontend/src/theme/code.css';
import Markdown from '../../frontend/src/lib/markdown/Markdown.svelte';
import { Source } from './source.svelte.ts';

const target = document.querySelector('#page') ?? document.body;
const source = new Source();
let shown: ReturnType<typeof mount> | undefined;

function frame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

async function reset(text: string, streaming: boolean): Promise<void> {
  if (shown) await unmount(shown);
  source.text = text;
  source.streaming = streaming;
  shown = mount(Markdown, { target, props: source.props });
}

const page = {
  /** Shows a text that is complete. */
  show: (text: string) => reset(text, false),
  /** Shows the beginning of a text that will grow. */
  async begin(text: string): Promise<void> {
    await reset(text, true);
    await page.idle(2);
  },
  /** Lets the text grow by one of `tokens` a frame. */
  async grow(tokens: string[]): Promise<void> {
    for (const token of tokens) {
      source.text += token;
      await frame();
    }
  },
  /** Lets frames pass in which nothing changes. */
  async idle(frames: number): Promise<void> {
    for (let count = 0; count < frames; count += 1) await frame();
  },
  /** Sets the growing text as a stream would, without waiting. */
  set(text: string, streaming: boolean): void {
    source.text = text;
    source.streaming = streaming;
  },
};

declare global {
  interface Window {
    markdownPage: typeof page;
  }
}

window.markdownPage = page;
