import type { Api } from '$lib/api/api';
import { backOff } from '$lib/api/backoff';
import { isMissing } from '$lib/api/errors';
import type { ExecutionWidgets } from '$lib/api/types';
import type { FrameLink } from './frame-link';
import { Line } from './line';
import { isSame, Models, readModel, type CommNews } from './models';
import type { FromFrame, Sent, State } from './protocol';
import type { KernelMessage } from './wire';

/** Whether the kernel is reached: not yet, yes, not now, never again. */
export type Reach = 'joining' | 'live' | 'away' | 'gone';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** The widgets of one kernel in this tab, or those of an execution that has none any more. */
export class Room {
  reach = $state<Reach>('joining');
  readonly models = new Models();
  readonly #frames = new Set<FrameLink>();
  readonly #executions = new Set<string>();
  /** Which frame sent a message with which the kernel is not done. */
  readonly #pending = new Map<string, FrameLink>();
  /** A link runs in one frame: in two they would answer each other. */
  readonly #linked = new Map<string, FrameLink>();
  /** What comes while a snapshot is on its way. */
  readonly #held = new Set<CommNews[]>();
  readonly #left = new AbortController();
  readonly #line: Line | null;
  #isConnecting = false;

  constructor(
    private readonly api: Api,
    readonly kernel: string | null,
  ) {
    const address = kernel === null ? null : api.code.channels(kernel);
    this.#line =
      address === null
        ? null
        : new Line(
            address,
            (message) => this.#hear(message),
            () => this.#broke(),
          );
    if (this.#line === null) this.reach = 'gone';
  }

  /** Shows what an execution made; `snapshot` may be older than the line. */
  async join(execution: string, snapshot: ExecutionWidgets): Promise<void> {
    this.#executions.add(execution);
    if (this.#line?.isOpen) return this.#read(execution);
    this.#load(snapshot, []);
    if (this.#line !== null) void this.#connect(0);
  }

  enter(frame: FrameLink): void {
    this.#frames.add(frame);
    frame.listen((message) => this.#take(frame, message));
  }

  leave(frame: FrameLink): void {
    this.#frames.delete(frame);
    frame.close();
    for (const [id, runsIn] of this.#linked) if (runsIn === frame) this.#linked.delete(id);
    for (const [id, sender] of this.#pending) if (sender === frame) this.#pending.delete(id);
    this.#runLinks();
  }

  /** Nobody looks any more. */
  close(): void {
    this.#left.abort();
    this.#line?.close();
  }

  /** Reaches the kernel, however long that takes, unless it is gone. */
  async #connect(failed: number): Promise<void> {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    for (let attempt = failed; !this.#isOver && !(await this.#attempt(attempt)); attempt += 1)
      if (attempt > 0) this.reach = 'away';
    this.#isConnecting = false;
  }

  /** Whether it came to something: the line carries and all is read, or the kernel is gone. */
  async #attempt(attempt: number): Promise<boolean> {
    if (attempt > 0) await backOff(attempt - 1, this.#left.signal);
    try {
      // A line that breaks off may have been the kernel's end: the server knows.
      if (attempt > 0) await this.#lookForKernel();
      if (this.#isOver) return true;
      await this.#line?.open();
      for (const execution of this.#executions) await this.#read(execution);
    } catch (error) {
      if (isMissing(error)) this.#end();
      return this.#isOver;
    }
    if (!this.#isOver && this.#line?.isOpen) this.reach = 'live';
    return this.reach === 'live' || this.#isOver;
  }

  #broke(): void {
    if (this.#isOver) return;
    this.reach = 'away';
    for (const [message, frame] of this.#pending) frame.post({ type: 'idle', parent: message });
    this.#pending.clear();
    void this.#connect(1);
  }

  async #lookForKernel(): Promise<void> {
    const [execution = ''] = this.#executions;
    if ((await this.api.code.widgets(execution)).kernel_id !== this.kernel) this.#end();
  }

  get #isOver(): boolean {
    return this.reach === 'gone' || this.#left.signal.aborted;
  }

  #end(): void {
    this.reach = 'gone';
    this.#line?.close();
    for (const frame of this.#frames) frame.post({ type: 'gone' });
  }

  async #read(execution: string): Promise<void> {
    const held: CommNews[] = [];
    this.#held.add(held);
    try {
      const snapshot = await this.api.code.widgets(execution);
      if (snapshot.kernel_id === this.kernel) this.#load(snapshot, held);
      else this.#end();
    } finally {
      this.#held.delete(held);
    }
  }

  /** Takes over a snapshot and what came after it; frames hear of what is another than they have. */
  #load({ widgets }: ExecutionWidgets, held: readonly CommNews[]): void {
    const read = new Models();
    for (const [id, saved] of Object.entries(widgets.state)) read.set(id, readModel(saved));
    for (const news of held) read.fold(news);
    for (const id of read.ids) {
      const model = read.get(id);
      const known = this.models.get(id);
      if (!model || (known && isSame(model, known))) continue;
      this.models.set(id, model);
      if (!known) continue;
      const { state, parts } = model;
      const data = { method: 'update', state, buffer_paths: parts.map(({ path }) => path) };
      const buffers = parts.map((part) => part.data);
      for (const frame of this.#holding(id))
        frame.post({ type: 'message', id, data, buffers, parent: '' });
    }
    this.#runLinks();
  }

  #hear({ header, parent_header, content, buffers }: KernelMessage): void {
    const type = text(header['msg_type']);
    const parent = text(parent_header['msg_id']);
    if (type === 'status' && content['execution_state'] === 'idle') {
      this.#pending.get(parent)?.post({ type: 'idle', parent });
      this.#pending.delete(parent);
    }
    if (type !== 'comm_open' && type !== 'comm_msg' && type !== 'comm_close') return;
    const id = text(content['comm_id']);
    const data = (content['data'] ?? {}) as State;
    const news = { type, id, target: text(content['target_name']), data, buffers } as const;
    this.models.fold(news);
    this.#held.forEach((held) => held.push(news));
    for (const frame of this.#holding(id)) {
      if (type === 'comm_msg') frame.post({ type: 'message', id, data, buffers, parent });
      if (type === 'comm_close') frame.post({ type: 'close', id });
    }
    if (type === 'comm_open') this.#runLinks();
  }

  #take(frame: FrameLink, message: Exclude<FromFrame, { type: 'height' | 'trouble' }>): void {
    if (message.type !== 'want') {
      this.#send(frame, message);
      return;
    }
    const { id } = message;
    const model = this.models.get(id) ?? null;
    frame.holds.add(id);
    frame.post({ type: 'model', id, model });
    this.#runLinks();
  }

  /** What a frame says to the kernel: only to comms that are a widget's. */
  #send(frame: FrameLink, sent: Sent): void {
    const { type, id, message, target, data, metadata, buffers } = sent;
    const isNew = type === 'comm_open';
    const isAllowed = isNew ? !this.models.get(id) : frame.holds.has(id);
    if (this.reach !== 'live' || !isAllowed) {
      frame.post({ type: 'idle', parent: message });
      return;
    }
    const content = { comm_id: id, data, ...(isNew && { target_name: target }) };
    this.#pending.set(message, frame);
    this.#line?.send({ type, message, content, metadata, buffers });
    this.models.fold({ type, id, target, data, buffers });
    if (isNew) frame.holds.add(id);
    if (type !== 'comm_close') return;
    for (const other of this.#holding(id)) if (other !== frame) other.post({ type: 'close', id });
  }

  /** Has each link run where one of its ends is shown. */
  #runLinks(): void {
    for (const frame of this.#frames)
      for (const id of this.models.linksOf(frame.holds)) {
        if (this.#linked.has(id)) continue;
        this.#linked.set(id, frame);
        frame.post({ type: 'run', id });
      }
  }

  #holding(id: string): FrameLink[] {
    return [...this.#frames].filter(({ holds }) => holds.has(id));
  }
}
