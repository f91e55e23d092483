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

/** What a reader notices of an answer that comes at its own pace. */
interface Streamed {
  seconds: number;
  frames: number;
  /** Tasks of more than 50 ms after the first second, in ms. */
  longTasks: number[];
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
  /** Lets the text grow by so many of `tokens` a second, whatever the frames do, and follows its end. */
  async stream(tokens: string[], perSecond: number): Promise<Streamed> {
    const longTasks: number[] = [];
    const start = performance.now();
    const observer = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        if (startTime - start > 1_000) longTasks.push(duration);
    });
    observer.observe({ type: 'longtask' });
    let sent = 0;
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - start) / 1_000) * perSecond);
      if (due > sent) source.text += tokens.slice(sent, due).join('');
      sent = Math.max(sent, due);
    }, 10);
    let frames = 0;
    for (; sent < tokens.length; frames += 1) {
      await frame();
      scrollTo(0, document.documentElement.scrollHeight);
    }
    clearInterval(timer);
    const seconds = (performance.now() - start) / 1_000;
    observer.disconnect();
    return { seconds, frames, longTasks };
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
