import type { Api } from '$lib/api/api';
import { backOff } from '$lib/api/backoff';
import type { Message } from '$lib/api/types';
import type { ServerEvent } from '$lib/sse/parser';
import { followRun } from './follow-run';
import type { RunEvent } from './run-events';

/** Where what a run says belongs. */
export interface RunTarget {
  message(id: string): Message | undefined;
  finished(message: Message): void;
  titled(title: string): void;
}

/** One run that is being followed. */
export class LiveRun {
  /** What the server says it is doing before the first word comes. */
  stage = $state<string | null>(null);
  /** The line to it is lost; it is being found again. */
  lost = $state(false);
  /** How long the model has thought, once it speaks. */
  thoughtMs = $state<number>();
  #thinkingSince: number | null = null;

  constructor(
    readonly id: string,
    readonly messageId: string,
  ) {}

  /**
   * Writes what the run says after `seq` into its message.
   * Resolves to whether it has ended; if not, what the server has saved decides.
   */
  async follow(
    api: Api,
    target: RunTarget,
    from: { events?: AsyncIterable<ServerEvent>; seq: number },
    signal: AbortSignal,
  ): Promise<boolean> {
    const source = {
      ...(from.events ? { first: from.events } : {}),
      reopen: (runId: string, after: number) => api.runs.follow(runId, after, signal),
      wait: (attempt: number) => backOff(attempt, signal),
      connection: (lost: boolean) => (this.lost = lost),
      signal,
    };
    let ended = false;
    try {
      for await (const event of followRun(source, { runId: this.id, seq: from.seq })) {
        if (signal.aborted) return false;
        ended = this.#apply(event, target);
      }
    } catch {
      // It is not there any more, or not ours.
    }
    return ended;
  }

  #apply(event: RunEvent, target: RunTarget): boolean {
    if (event.name === 'run') return false;
    if (event.name === 'title') {
      target.titled(event.data.title);
      return false;
    }
    if (event.name === 'done' || event.name === 'error') {
      if (event.data.message) target.finished(event.data.message);
      return event.data.message !== undefined;
    }
    const message = target.message(this.messageId);
    if (!message) return false;
    if (event.name === 'status') this.stage = event.data.detail ?? event.data.stage;
    else if (event.name === 'delta') this.#write(message, event.data.text);
    else this.#think(message, event.data.text);
    return false;
  }

  #think(message: Message, text: string): void {
    this.#thinkingSince ??= Date.now();
    this.stage = null;
    message.reasoning = (message.reasoning ?? '') + text;
  }

  #write(message: Message, text: string): void {
    if (this.#thinkingSince !== null) this.thoughtMs ??= Date.now() - this.#thinkingSince;
    this.stage = null;
    message.content += text;
  }
}
