import { createContext, untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import { backOff } from '$lib/api/backoff';
import { isMissing, isPassing, sentence } from '$lib/api/errors';
import type { Execution, ExecutionNews, Message } from '$lib/api/types';
import type { ServerEvent } from '$lib/sse/parser';
import { takeLine, type Line } from './lines';
import { Live, type Shown } from './live.svelte';
import { readOutputs } from './outputs';

/** Whose code it is in a message: the number of a code block, or the id of a tool's call. */
export type Place = number | string;

const AGAIN_MS = 5_000;
/** Most code that a model runs is over sooner: nobody asks for what will be told anyway. */
const SETTLES_MS = 400;
/** Without a line of its own, an execution is looked at so often. */
const LOOKS_MS = { first: 400, last: 1_500 };

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const keyOf = (message: string, place: Place) =>
  `${message}:${typeof place === 'number' ? place : `call ${place}`}`;
const saved = new WeakMap<Execution, Shown>();

/** Null where it is code that stands nowhere. */
function placeOf({ block, tool_call_id }: Pick<Execution, 'block' | 'tool_call_id'>): Place | null {
  return block ?? tool_call_id ?? null;
}

function shownOf(execution: Execution): Shown {
  const known = saved.get(execution);
  if (known) return known;
  const { id, code, status, execution_count: count, duration_ms: durationMs } = execution;
  const outputs = readOutputs(execution.outputs);
  const shown = { id, code, status, outputs, count, durationMs };
  const whole = { ...shown, beganAt: null, asking: null, failure: null };
  saved.set(execution, whole);
  return whole;
}

/** What runs and has run in this tab's conversations, by message and place in it. */
export class Executions {
  #live = new SvelteMap<string, Live>();
  /** How many executions have ended, by conversation. */
  #ended = new SvelteMap<string, number>();
  /** Executions that this server did not know any more. */
  readonly #lost = new Set<string>();

  constructor(
    private readonly api: Api,
    /** Reads a conversation anew: something ended while nobody listened. */
    private readonly missed: (conversation: string) => void,
    private readonly line: () => Promise<Line | null> = takeLine,
  ) {}

  of(message: Message, place: Place): Shown | undefined {
    const live = this.#live.get(keyOf(message.id, place));
    if (live?.isFollowed) return live;
    const known = message.executions?.find((execution) => placeOf(execution) === place);
    const isOver = known !== undefined && known.status !== 'running';
    return live && !(isOver && known.id === live.id) ? live : known && shownOf(known);
  }

  /** Whether code of some of these messages runs now. */
  busyIn(messages: readonly Message[]): boolean {
    const ids = new Set(messages.map(({ id }) => id));
    return [...this.#live].some(
      ([key, live]) => live.status === 'running' && ids.has(key.slice(0, key.indexOf(':'))),
    );
  }

  /** Changes whenever some execution of a conversation has ended. */
  endedIn(conversation: string): number {
    return this.#ended.get(conversation) ?? 0;
  }

  /** Runs a block and resolves at its end to whether all went well. */
  async run(message: Message, block: number, code: string): Promise<boolean> {
    const key = keyOf(message.id, block);
    if (this.#live.get(key)?.status === 'running') return false;
    const live = new Live(code);
    live.isFollowed = true;
    this.#live.set(key, live);
    await this.#follow(message, live, this.api.code.execute(message.id, { block, code }));
    return live.status === 'ok';
  }

  /** Follows what goes on at a place of a message: it began elsewhere, or before the page was loaded. */
  resume(message: Message, place: Place): void {
    const going = message.executions?.find(
      (execution) => placeOf(execution) === place && execution.status === 'running',
    );
    // Whether it is followed already must not matter to who asks: that would ask without end.
    if (going) untrack(() => this.#join(message, place, going));
  }

  #join(message: Message, place: Place, { id, code }: Pick<Execution, 'id' | 'code'>): void {
    const key = keyOf(message.id, place);
    const known = this.#live.get(key);
    // What has ended here may be said to be running by a message that is older.
    if (known?.status === 'running' || (known?.id === id && known.failure === null)) return;
    const live = new Live(code);
    live.id = id;
    this.#live.set(key, live);
    void this.#watch(message, key, live, id);
  }

  /** Follows an execution where there is a line for it, and looks at it now and then until then. */
  async #watch(message: Message, key: string, live: Live, id: string): Promise<void> {
    const isTold = () =>
      message.executions?.some((one) => one.id === id && one.status !== 'running') ?? false;
    let pause = LOOKS_MS.first;
    await after(SETTLES_MS);
    while (this.#live.get(key) === live && live.status === 'running') {
      if (isTold()) {
        this.#live.delete(key);
        return;
      }
      const line = await this.line();
      if (line) {
        live.isFollowed = true;
        await this.#follow(message, live, this.api.code.follow(id));
        line.release();
        return;
      }
      const began = performance.now();
      await this.#look(message, live, id);
      // What is large is looked at less often.
      await after(Math.max(pause, 4 * (performance.now() - began)));
      pause = Math.min(pause * 1.5, LOOKS_MS.last);
    }
  }

  /** Takes in what an execution has shown so far. */
  async #look(message: Message, live: Live, id: string): Promise<void> {
    try {
      for await (const event of this.api.code.follow(id)) {
        live.take(event);
        if (event.event === 'execution') return;
      }
    } catch (error) {
      if (isMissing(error)) this.#forget(message, live);
      else if (!isPassing(error)) live.fail(sentence(error));
    }
  }

  /** Code of a conversation that is shown here runs, or has run: a model had it, or another tab. */
  heard(news: ExecutionNews, message?: Message): void {
    const { id, message_id, conversation_id, status, late = false } = news;
    if (status !== 'running') this.#end(conversation_id);
    const place = placeOf(news);
    const live = place === null ? undefined : this.#live.get(keyOf(message_id, place));
    const isChanged = late && live?.id === id;
    if (live && isChanged && message) {
      void this.#look(message, live, id);
      return;
    }
    if (live && live.isFollowed && !isChanged && (live.id === id || live.status === 'running'))
      return;
    if (status === 'running' && place !== null && message)
      this.#join(message, place, { id, code: '' });
    else if (status !== 'running') {
      if (place !== null) this.#live.delete(keyOf(message_id, place));
      this.missed(conversation_id);
    }
  }

  async answer(shown: Shown, text: string): Promise<void> {
    if (shown.id !== null) await this.api.code.input(shown.id, text);
  }

  clear(): void {
    this.#live.clear();
    this.#ended.clear();
  }

  async #follow(message: Message, live: Live, first: AsyncIterable<ServerEvent>): Promise<void> {
    let events = first;
    for (let attempt = 0; ; attempt += 1) {
      try {
        for await (const event of events) {
          attempt = 0;
          live.take(event);
        }
        if (live.status !== 'running') {
          this.#end(message.conversation_id);
          return;
        }
      } catch (error) {
        if (live.id !== null && isMissing(error)) {
          this.#forget(message, live);
          return;
        }
        if (live.id === null || !isPassing(error)) {
          live.fail(sentence(error));
          return;
        }
      }
      await backOff(attempt, new AbortController().signal);
      events = this.api.code.follow(live.id ?? '');
    }
  }

  #end(conversation: string): void {
    this.#ended.set(conversation, this.endedIn(conversation) + 1);
  }

  /** It has ended while the line was down: what was saved of it is read. */
  #forget(message: Message, live: Live): void {
    for (const [key, value] of this.#live) if (value === live) this.#live.delete(key);
    this.#end(message.conversation_id);
    const read = () => this.missed(message.conversation_id);
    // One that is still said to be running is with another server: it is not asked all the time.
    if (live.id !== null && this.#lost.has(live.id)) setTimeout(read, AGAIN_MS);
    else read();
    if (live.id !== null) this.#lost.add(live.id);
  }
}

export const [getExecutions, setExecutions] = createContext<Executions>();
