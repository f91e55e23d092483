import { NetworkError } from '$lib/api/errors';
import type { ServerEvent } from '$lib/sse/parser';
import type { RunBegun } from './run-events';

/** A run that has begun, and what it says after that. */
export interface Begun {
  run: RunBegun;
  events: AsyncIterable<ServerEvent>;
  /** The number of the event that told of it. */
  seq: number;
}

/**
 * The runs of one response, each as it begins. Their events come mixed and are told apart by their
 * run's id; a response that carries one run does not name it in each.
 * A line that breaks is every run's own matter, once one has begun.
 */
export async function* splitRuns(frames: AsyncIterable<ServerEvent>): AsyncGenerator<Begun> {
  const channels = new Map<string, Channel>();
  let failure: unknown;
  try {
    for await (const frame of frames) {
      if (frame.event === 'run') {
        const run = JSON.parse(frame.data) as RunBegun;
        const events = new Channel();
        channels.set(run.run_id, events);
        yield { run, events, seq: Number(frame.id) };
      } else {
        channelOf(channels, frame)?.push(frame);
      }
    }
    if (channels.size === 0) throw new NetworkError('No answer began.');
  } catch (error) {
    if (channels.size === 0) throw error;
    failure = error;
  } finally {
    for (const channel of channels.values()) channel.end(failure);
  }
}

function channelOf(channels: Map<string, Channel>, frame: ServerEvent): Channel | undefined {
  if (channels.size === 1) return channels.values().next().value;
  const { run_id } = JSON.parse(frame.data) as { run_id?: string };
  return channels.get(run_id ?? '');
}

/** Events that wait for the one who reads them. */
class Channel implements AsyncIterable<ServerEvent> {
  #waiting: ServerEvent[] = [];
  #ended = false;
  #failure: unknown;
  #wake: () => void = () => undefined;

  push(event: ServerEvent): void {
    this.#waiting.push(event);
    this.#wake();
  }

  end(failure: unknown): void {
    this.#ended = true;
    this.#failure = failure;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ServerEvent> {
    for (;;) {
      while (this.#waiting.length > 0) yield* this.#waiting.splice(0);
      if (this.#ended && this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
