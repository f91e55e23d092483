import { readFromFrame } from './from-frame';
import { lineOf, type Line } from './lines';
import { GREETING, type ToFrame } from './protocol';

const MOST_LINES = 500;
const PING_MS = 2_000;
/** A frame that does not answer for so long is busy, or is no longer ours. */
const PATIENCE_MS = 5_000;
/** For one that has just loaded something. */
const PATIENCE_AFTER_LOAD_MS = 1_500;

/** A document in a frame, and what it says. */
export class Running {
  /** `busy` does not answer, `away` shows another page, `failed` never came. */
  state = $state<'loading' | 'running' | 'busy' | 'away' | 'failed'>('loading');
  lines = $state.raw<readonly Line[]>([]);
  /** Whether it said more than is shown. */
  more = $state(false);
  #port: MessagePort | null = null;
  /** When the frame was asked for a sign of life that has not come yet. */
  #asked: number | null = null;
  #hasLoadedMore = false;

  constructor(private readonly html: string) {}

  /** An attachment for its frame. */
  readonly attach = (frame: HTMLIFrameElement): (() => void) => {
    // The page is told of a load for each document, also for those that a frame writes by itself.
    const loaded = () => (this.#port ? this.#loadedMore() : this.#greet(frame.contentWindow));
    frame.addEventListener('load', loaded);
    const beat = setInterval(() => this.#beat(), PING_MS);
    return () => {
      frame.removeEventListener('load', loaded);
      clearInterval(beat);
      this.#port?.close();
    };
  };

  #greet(frame: Window | null): void {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#asked = performance.now();
    port1.onmessage = ({ data }: MessageEvent<unknown>) => this.#hear(data);
    // Its origin is opaque: no address would be its own.
    frame?.postMessage(GREETING, '*', [port2]);
    this.#say({ type: 'show', html: this.html });
  }

  #loadedMore(): void {
    this.#hasLoadedMore = true;
    this.#asked = performance.now();
    this.#say({ type: 'ping' });
    setTimeout(() => this.#judge(PATIENCE_AFTER_LOAD_MS), PATIENCE_AFTER_LOAD_MS + 50);
  }

  #say(message: ToFrame): void {
    this.#port?.postMessage(message);
  }

  #hear(raw: unknown): void {
    const message = readFromFrame(raw);
    if (message === null) return;
    if (message.type === 'here') {
      this.#asked = null;
      this.#hasLoadedMore = false;
      this.state = 'running';
    } else if (message.type === 'more' || this.lines.length >= MOST_LINES) this.more = true;
    else this.lines = [...this.lines, lineOf(message)];
  }

  #beat(): void {
    if (this.#port === null) return;
    if (this.#asked !== null) {
      this.#judge(PATIENCE_MS);
      return;
    }
    this.#asked = performance.now();
    this.#say({ type: 'ping' });
  }

  #judge(patience: number): void {
    if (this.#asked === null || performance.now() - this.#asked < patience) return;
    if (this.state === 'loading') this.state = 'failed';
    else this.state = this.#hasLoadedMore ? 'away' : 'busy';
  }
}
