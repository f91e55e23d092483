import type { ExecutionStatus } from '$lib/api/types';
import type { ServerEvent } from '$lib/sse/parser';
import { folded, type Output } from './outputs';

export interface Asking {
  prompt: string;
  password: boolean;
}

/** What is shown of code that ran. */
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

/** An execution that this tab watches. */
export class Live implements Shown {
  id = $state<string | null>(null);
  status = $state<ExecutionStatus>('running');
  outputs = $state.raw<readonly Output[]>([]);
  count = $state<number | null>(null);
  durationMs = $state<number | null>(null);
  beganAt = $state<number | null>(null);
  asking = $state.raw<Asking | null>(null);
  failure = $state<string | null>(null);
  /** Whether what it shows comes as it is shown, and its end as it ends. */
  isFollowed = $state(false);
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
