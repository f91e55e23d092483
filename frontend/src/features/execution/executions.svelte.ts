import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import { backOff } from '$lib/api/backoff';
import { isMissing, isPassing, sentence } from '$lib/api/errors';
import type { Execution, ExecutionNews, ExecutionStatus, Message } from '$lib/api/types';
import type { ServerEvent } from '$lib/sse/parser';
import { folded, readOutputs, type Output } from './outputs';

export interface Asking {
  prompt: string;
  password: boolean;
}

/** What is shown under a code block. */
export interface Shown {
  readonly id: string | null;
  readonly code: string;
  readonly status: ExecutionStatus;
  readonly outputs: readonly Output[];
  readonly count: number | null;
  readonly durationMs: number | null;
  /** When the kernel took the code, in ms of the page's clock; null while it waits. */
  readonly beganAt: number | null;
  readonly asking: Asking | null;
  /** Why it could not be run at all. */
  readonly failure: string | null;
}

/** An execution that this tab follows. */
class Live implements Shown {
  id = $state<string | null>(null);
  status = $state<ExecutionStatus>('running');
  outputs = $state.raw<readonly Output[]>([]);
  count = $state<number | null>(null);
  durationMs = $state<number | null>(null);
  beganAt = $state<number | null>(null);
  asking = $state.raw<Asking | null>(null);
  failure = $state<string | null>(null);
  #outputs: readonly Output[] = [];
  #frame: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly code: string) {}

  take(event: ServerEvent): void {
    const { event: name } = event;
    const before = this.#outputs;
    this.#outputs = folded(before, event);
    if (before !== this.#outputs) this.#showSoon();
    const data = JSON.parse(event.data) as Record<string, unknown>;
    if (name === 'execution') {
      this.id = data['id'] as string;
      this.count = data['execution_count'] as number | null;
      this.asking = data['input'] as Asking | null;
      if (this.count !== null) this.beganAt ??= performance.now();
    }
    if (name === 'running') {
      this.count = data['execution_count'] as number | null;
      this.beganAt = performance.now();
    }
    if (name === 'input') this.asking = data as unknown as Asking;
    if (name === 'answered' || name === 'done') this.asking = null;
    if (name === 'done') {
      this.#show();
      this.count = data['execution_count'] as number | null;
      this.durationMs = data['duration_ms'] as number;
      this.status = data['status'] as ExecutionStatus;
    }
  }

  fail(failure: string): void {
    this.failure = failure;
    this.asking = null;
    this.status = 'error';
  }

  /** A kernel may show something a thousand times a second; nobody sees more than this. */
  #showSoon(): void {
    this.#frame ??= setTimeout(() => this.#show(), 32);
  }

  #show(): void {
    clearTimeout(this.#frame);
    this.#frame = undefined;
    this.outputs = this.#outputs;
  }
}

const AGAIN_MS = 5_000;
const keyOf = (message: string, block: number) => `${message}:${block}`;
const saved = new WeakMap<Execution, Shown>();

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

/** What runs and has run in this tab's conversations, by message and code block. */
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
  ) {}

  of(message: Message, block: number): Shown | undefined {
    const live = this.#live.get(keyOf(message.id, block));
    if (live) return live;
    const known = message.executions?.find((execution) => execution.block === block);
    return known && shownOf(known);
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
    this.#live.set(key, live);
    await this.#follow(message, live, this.api.code.execute(message.id, { block, code }));
    return live.status === 'ok';
  }

  /** Follows an execution that began elsewhere, or before the page was loaded. */
  join(message: Message, execution: Pick<Execution, 'id' | 'code'> & { block: number }): void {
    const key = keyOf(message.id, execution.block);
    if (this.#live.get(key)?.status === 'running') return;
    const live = new Live(execution.code);
    live.id = execution.id;
    this.#live.set(key, live);
    void this.#follow(message, live, this.api.code.follow(execution.id));
  }

  /** Another tab runs a block of a conversation that is shown here. */
  heard(
    { id, message_id, conversation_id, block, status }: ExecutionNews,
    message?: Message,
  ): void {
    if (status !== 'running') this.#end(conversation_id);
    const live = block === null ? undefined : this.#live.get(keyOf(message_id, block));
    if (live?.id === id || live?.status === 'running') return;
    if (status === 'running' && block !== null && message)
      this.join(message, { id, code: '', block });
    else if (status !== 'running') {
      if (block !== null) this.#live.delete(keyOf(message_id, block));
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
