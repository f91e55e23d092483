import type { Api } from '$lib/api/api';
import { backOff } from '$lib/api/backoff';
import type { Message } from '$lib/api/types';
import type { ServerEvent } from '$lib/sse/parser';
import { stageWords } from '../sources/stages';
import { take } from '../tools/events';
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
  /** What the server says it is doing before the next word comes. */
  stage = $state<string | null>(null);
  /** The model thinks. */
  thinking = $state(false);
  /** The model writes a call of a tool, of which nothing has come yet but the tool's name. */
  calling = $state<string | null>(null);
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
    this.stage = null;
    this.calling = null;
    this.thinking = event.name === 'reasoning';
    if (event.name === 'status') this.#tell(event.data);
    else if (event.name === 'citations') message.citations = event.data.items;
    else if (event.name === 'delta') this.#write(message, event.data.text);
    else if (event.name === 'reasoning') this.#think(message, event.data.text);
    else take(message, event);
    return false;
  }

  #tell({ stage, detail }: { stage: string; detail?: string | null }): void {
    if (stage === 'tool_call') this.calling = detail ?? '';
    else this.stage = stageWords(stage, detail) ?? detail ?? stage;
  }

  #think(message: Message, text: string): void {
    this.#thinkingSince ??= Date.now();
    message.reasoning = (message.reasoning ?? '') + text;
  }

  #write(message: Message, text: string): void {
    if (this.#thinkingSince !== null) this.thoughtMs ??= Date.now() - this.#thinkingSince;
    message.content += text;
  }
}
