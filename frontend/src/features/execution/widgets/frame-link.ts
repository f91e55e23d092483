import { readFromFrame } from './from-frame';
import type { FromFrame, Look, ToFrame, Trouble, Words } from './protocol';
import { GREETING } from './protocol';

/** What a frame tells of how it looks. */
export interface Shows {
  height: (pixels: number) => void;
  trouble: (trouble: Trouble) => void;
}

/** The page's end of the talk with one frame. */
export class FrameLink {
  /** The models it has asked for. */
  readonly holds = new Set<string>();
  readonly #port: MessagePort;

  constructor(
    frame: Window,
    private readonly shows: Shows,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    // Its origin is opaque: no address would be its own.
    frame.postMessage(GREETING, '*', [port2]);
  }

  start(root: string, isLive: boolean, look: Look, words: Words): void {
    this.post({ type: 'start', root, isLive, look, words });
  }

  post(message: ToFrame): void {
    this.#port.postMessage(message);
  }

  /** Hands on what concerns the kernel. */
  listen(take: (message: Exclude<FromFrame, { type: 'height' | 'trouble' }>) => void): void {
    this.#port.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = readFromFrame(data);
      if (message?.type === 'height') this.shows.height(message.height);
      else if (message?.type === 'trouble') this.shows.trouble(message.trouble);
      else if (message) take(message);
    };
  }

  close(): void {
    this.#port.close();
  }
}
