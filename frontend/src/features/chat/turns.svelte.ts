import type { Api } from '$lib/api/api';
import { backOff } from '$lib/api/backoff';
import { isMissing, sentence } from '$lib/api/errors';
import type { Attachment, ChatRequest, Message, Source } from '$lib/api/types';
import { decide } from '../tools/events';
import { LiveRun, type RunTarget } from './live-run.svelte';
import type { RunBegun } from './run-events';
import { splitRuns, type Begun } from './split-runs';

/** A turn that was asked for and that the server has not yet acknowledged. */
export interface Pending {
  /** The prompt; `null` where an existing one is answered again. */
  content: string | null;
  attachments?: Attachment[];
  sources?: readonly Source[];
  parentId: string | null;
}

/** The conversation in which turns happen. */
export interface Place extends RunTarget {
  failure: string | null;
  /** A run of this turn is saved; the first one is shown. */
  begun(run: RunBegun, turn: Pending, first: boolean): void;
  /** A turn has come to its end, and all of it is here. */
  settled(): void;
  /** Reads anew what the server has saved. */
  open(): Promise<void>;
}

/** A browser has six connections to a server; the page and code that runs need some as well. */
const MOST_FOLLOWED = 3;

/** What is asked and answered in one conversation: one turn at a time, of one run or several. */
export class Turns {
  pending = $state<Pending | null>(null);
  #runs = $state.raw<readonly LiveRun[]>([]);
  /** Runs this tab has watched itself: news about them is no news. */
  readonly followed = new Set<string>();

  readonly busy = $derived(this.pending !== null || this.#runs.length > 0);
  /** The message that is being written; of several, the first. */
  readonly writing = $derived(this.#runs[0]?.messageId ?? null);
  readonly lost = $derived(this.#runs.some((run) => run.lost));

  #abort = new AbortController();
  #stopping = false;

  constructor(
    private readonly api: Api,
    private readonly place: Place,
  ) {}

  /** The run that is writing a message. */
  of(messageId: string): LiveRun | undefined {
    return this.#runs.find((run) => run.messageId === messageId);
  }

  /** Stops following, and begins anew: what the signal belongs to is void once this is called again. */
  detach(): AbortSignal {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#runs = [];
    this.pending = null;
    return this.#abort.signal;
  }

  /** Asks once `prepare` has succeeded; resolves to whether the server has taken it. */
  async ask(turn: Pending, prepare: () => Promise<ChatRequest | null>): Promise<boolean> {
    if (this.busy) return false;
    const signal = this.detach();
    this.place.failure = null;
    this.pending = turn;
    this.#stopping = false;
    const request = await prepare();
    if (request === null) {
      this.pending = null;
      return false;
    }
    return new Promise((resolve) => {
      void this.#read(request, turn, signal, () => resolve(true)).finally(() => resolve(false));
    });
  }

  /** Follows answers that are being written already. */
  async rejoin(writing: Message[]): Promise<void> {
    const { signal } = this.#abort;
    const following = writing.slice(0, MOST_FOLLOWED).map((message) => {
      const run = new LiveRun(message.run_id ?? '', message.id);
      return this.#follow(run, { seq: message.seq ?? 0 }, signal);
    });
    await this.#settle(following, writing.length, signal);
  }

  /** Ends the answers that are being written, or one of them, and keeps what has come. */
  async stop(messageId?: string): Promise<void> {
    if (this.pending !== null) this.#stopping = true;
    const runs = this.#runs.filter((run) => messageId === undefined || run.messageId === messageId);
    await Promise.all(runs.map((run) => this.#cancel(run)));
  }

  /** Says whether a call that a message waits with may be made. */
  async decide({ id, run_id }: Message, call: string, approve: boolean): Promise<void> {
    const run = this.of(id)?.id ?? run_id;
    if (!run) return;
    await this.api.runs.approve(run, call, approve);
    const message = this.place.message(id);
    if (message) decide(message, call, approve);
  }

  async #cancel(run: LiveRun): Promise<void> {
    await this.api.runs.cancel(run.id).catch((error: unknown) => {
      if (!isMissing(error)) this.place.failure = sentence(error);
    });
  }

  async #read(
    request: ChatRequest,
    turn: Pending,
    signal: AbortSignal,
    begun: () => void,
  ): Promise<void> {
    const following: Promise<boolean>[] = [];
    try {
      for await (const one of splitRuns(this.api.runs.start(request, signal))) {
        if (signal.aborted) return;
        following.push(this.#begin(one, turn, following.length === 0, signal));
        begun();
      }
    } catch (error) {
      if (!signal.aborted) this.place.failure = sentence(error);
    }
    await this.#settle(following, following.length && (request.models?.length ?? 1), signal);
  }

  #begin({ run, events, seq }: Begun, turn: Pending, first: boolean, signal: AbortSignal) {
    const live = new LiveRun(run.run_id, run.message_id);
    this.place.begun(run, turn, first);
    const following = this.#follow(live, { events, seq }, signal);
    this.pending = null;
    if (this.#stopping) void this.#cancel(live);
    return following;
  }

  async #follow(
    run: LiveRun,
    from: Parameters<LiveRun['follow']>[2],
    signal: AbortSignal,
  ): Promise<boolean> {
    this.followed.add(run.id);
    this.#runs = [...this.#runs, run];
    const ended = await run.follow(this.api, this.place, from, signal);
    // A run that broke off is kept until what the server has saved is read.
    if (ended && !signal.aborted) this.#runs = this.#runs.filter((other) => other !== run);
    return ended;
  }

  /** Waits for the end of all runs. Where one was not told to its end, what is saved decides. */
  async #settle(following: Promise<boolean>[], expected: number, signal: AbortSignal) {
    const ended = await Promise.all(following);
    if (signal.aborted) return;
    this.#runs = [];
    this.pending = null;
    if (ended.length < expected || ended.includes(false)) {
      await backOff(0, signal);
      await this.place.open();
    } else {
      this.place.settled();
    }
  }
}
