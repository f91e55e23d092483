import { SvelteSet } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import { backOff } from '$lib/api/backoff';
import { isMissing, isPassing, sentence } from '$lib/api/errors';
import type { ChatRequest, Conversation, Message } from '$lib/api/types';
import type { ServerEvent } from '$lib/sse/parser';
import { followRun } from './follow-run';
import type { RunEvent } from './run-events';
import { childrenOf, leafWithout, newestLeaf, pathTo, type Messages } from './tree';

/** A turn that was asked for and that the server has not yet acknowledged. */
interface Pending {
  /** The prompt; `null` where an existing one is answered again. */
  content: string | null;
  parentId: string | null;
}

interface Live {
  runId: string;
  messageId: string;
  /** What the server says it is doing before the first word comes. */
  stage: string | null;
}

export interface ChatEvents {
  /** The server gave a new chat its id. */
  created(chat: Chat): void;
  loaded(conversation: Conversation): void;
  titled(id: string, title: string): void;
  /** Something was saved: the conversation is the newest now. */
  touched(id: string): void;
}

/** One conversation: its tree, the branch shown, and the run that is being followed. */
export class Chat {
  id = $state<string | null>(null);
  model = $state<string | null>(null);
  state = $state<'loading' | 'ready' | 'failed' | 'missing'>('ready');
  messages = $state<Messages>({});
  leafId = $state<string | null>(null);
  pending = $state<Pending | null>(null);
  live = $state<Live | null>(null);
  /** The line to a running answer is lost; it is being found again. */
  lost = $state(false);
  failure = $state<string | null>(null);
  /** How long a model thought, by message, where this tab watched it. */
  thoughtMs = $state<Record<string, number>>({});
  readonly hidden = new SvelteSet<string>();
  /** The folder that a new chat will lie in. */
  folder = $state<string | null>(null);
  /** Only in the server's memory, and in no list. */
  temporary = $state(false);
  /** A message to bring into view, once it is there. */
  wanted = $state<string | null>(null);
  /** Runs this tab has watched itself: news about them is no news. */
  readonly followed = new Set<string>();

  readonly children = $derived(childrenOf(this.messages, this.hidden));
  readonly path = $derived(pathTo(this.messages, this.leafId));
  readonly busy = $derived(this.pending !== null || this.live !== null);
  readonly empty = $derived(
    this.path.length === 0 && this.pending === null && this.state === 'ready',
  );

  #abort = new AbortController();
  #stopping = false;
  #thinkingSince = new Map<string, number>();

  constructor(
    private readonly api: Api,
    private readonly events: ChatEvents,
    id: string | null,
  ) {
    this.id = id;
    if (id !== null) this.state = 'loading';
  }

  /** Loads what the server holds, and follows the answer that is being written, if any. */
  async open(): Promise<void> {
    if (this.id === null || this.busy) return;
    this.detach();
    const { signal } = this.#abort;
    try {
      const [conversation, tree] = await Promise.all([
        this.api.conversations.get(this.id),
        this.api.conversations.messages(this.id),
      ]);
      if (signal.aborted) return;
      this.temporary = tree.temporary ?? false;
      if (!this.temporary) this.events.loaded(conversation);
      this.model = conversation.model;
      this.messages = Object.fromEntries(tree.items.map((message) => [message.id, message]));
      this.leafId = tree.current_leaf_id;
      this.state = 'ready';
      this.#turnToWanted();
    } catch (error) {
      if (signal.aborted) return;
      // What the server has forgotten is still on the page, to be copied.
      const forgotten = this.temporary && this.state === 'ready';
      if (isMissing(error) && !forgotten) this.state = 'missing';
      else if (this.state === 'loading' || !isPassing(error)) this.#failLoading(error);
      return;
    }
    await this.#rejoin();
  }

  /** Stops following; the run itself goes on at the server. */
  detach(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.live = null;
    this.lost = false;
  }

  /** Asks; resolves to whether the server has taken it. */
  send(content: string, model: string | null): Promise<boolean> {
    return this.#ask({ content, parentId: this.leafId }, { content }, model);
  }

  /** Asks an earlier prompt anew in other words: a new branch beside it. */
  resend(message: Message, content: string, model: string | null): Promise<boolean> {
    return this.#ask({ content, parentId: message.parent_id }, { content }, model);
  }

  regenerate(message: Message, model: string | null): Promise<boolean> {
    const pending = { content: null, parentId: message.parent_id };
    return this.#ask(pending, { regenerate: message.id }, model);
  }

  continue(message: Message): Promise<boolean> {
    const pending = { content: null, parentId: message.id };
    return this.#ask(pending, { continue: message.id }, message.model ?? null);
  }

  /** Ends the answer that is being written and keeps what has come. */
  async stop(): Promise<void> {
    if (!this.live) {
      this.#stopping = this.pending !== null;
      return;
    }
    await this.api.runs.cancel(this.live.runId).catch((error: unknown) => {
      if (!isMissing(error)) this.failure = sentence(error);
    });
  }

  /** Answers come from `model` from now on. */
  async choose(model: string): Promise<void> {
    this.model = model;
    if (this.id) await this.api.conversations.patch(this.id, { model });
  }

  /** Changes a message in place. */
  async edit(id: string, content: string): Promise<void> {
    this.messages[id] = await this.api.messages.edit(id, content);
  }

  /** Shows another version of a message, down to its newest answer. */
  async show(id: string): Promise<void> {
    this.leafId = newestLeaf(this.children, id);
    if (this.id) await this.api.conversations.patch(this.id, { current_leaf_id: this.leafId });
  }

  /** Brings a message into view, on whatever branch it is; that branch is shown for now only. */
  reveal(id: string | null): void {
    this.wanted = id;
    this.#turnToWanted();
  }

  #turnToWanted(): void {
    const { wanted } = this;
    if (wanted === null || this.state !== 'ready' || !(wanted in this.messages)) return;
    if (!this.path.some(({ id }) => id === wanted)) this.leafId = newestLeaf(this.children, wanted);
  }

  /** Takes a message and what follows it out of sight; the result brings it back. */
  hide(id: string): () => void {
    const before = this.leafId;
    this.leafId = leafWithout(this.messages, this.children, id);
    this.hidden.add(id);
    return () => {
      this.hidden.delete(id);
      this.leafId = before;
    };
  }

  async remove(id: string, leaving: boolean): Promise<void> {
    await this.api.messages.remove(id, leaving);
    if (leaving) return;
    await this.open();
    this.hidden.delete(id);
  }

  /** Saves a temporary chat: from now on it is like any other. */
  async keep(): Promise<void> {
    if (this.id === null) return;
    this.events.loaded(await this.api.conversations.save(this.id));
    this.temporary = false;
  }

  async #ask(pending: Pending, what: ChatRequest, model: string | null): Promise<boolean> {
    if (this.busy) return false;
    this.detach();
    this.failure = null;
    this.pending = pending;
    this.#stopping = false;
    if (this.id === null && this.folder !== null && !(await this.#file(this.folder, model))) {
      this.pending = null;
      return false;
    }
    const request: ChatRequest = { ...what };
    if (model) request.model = model;
    if (this.temporary) request.temporary = true;
    if (this.id) request.conversation_id = this.id;
    if (this.id && what.content !== undefined) request.parent_id = pending.parentId;
    return new Promise((resolve) => {
      const { signal } = this.#abort;
      const first = this.api.runs.start(request, signal);
      void this.#follow(first, { runId: null, seq: 0 }, () => resolve(true)).finally(() =>
        resolve(false),
      );
    });
  }

  /** Makes the chat in its folder before its first turn; resolves to whether that worked. */
  async #file(folder_id: string, model: string | null): Promise<boolean> {
    try {
      const made = await this.api.conversations.create({ folder_id, model });
      this.id = made.id;
      this.events.loaded(made);
      this.events.created(this);
      return true;
    } catch (error) {
      this.failure = sentence(error);
      return false;
    }
  }

  async #rejoin(): Promise<void> {
    const writing = this.path.findLast((message) => message.status === 'streaming');
    if (!writing?.run_id) return;
    this.followed.add(writing.run_id);
    this.live = { runId: writing.run_id, messageId: writing.id, stage: null };
    await this.#follow(undefined, { runId: writing.run_id, seq: writing.seq ?? 0 });
  }

  async #follow(
    first: AsyncIterable<ServerEvent> | undefined,
    from: { runId: string | null; seq: number },
    begun: () => void = () => undefined,
  ): Promise<void> {
    const { signal } = this.#abort;
    const source = {
      first,
      reopen: (runId: string, after: number) => this.api.runs.follow(runId, after, signal),
      wait: (attempt: number) => backOff(attempt, signal),
      connection: (lost: boolean) => (this.lost = lost),
      signal,
    };
    try {
      for await (const event of followRun(source, from)) {
        if (signal.aborted) return;
        this.#apply(event);
        if (event.name === 'run') begun();
      }
    } catch (error) {
      if (!signal.aborted && this.pending) this.failure = sentence(error);
    }
    if (signal.aborted) return;
    const unfinished = this.live !== null;
    this.live = null;
    this.pending = null;
    this.lost = false;
    // The stream ended without a last event: what the server has saved decides.
    if (unfinished) await backOff(0, signal).then(() => this.open());
  }

  #apply(event: RunEvent): void {
    if (event.name === 'run') return this.#begin(event.data);
    if (event.name === 'title') {
      if (this.id) this.events.titled(this.id, event.data.title);
      return;
    }
    if (!this.live) return;
    const message = this.messages[this.live.messageId];
    if (!message) return;
    if (event.name === 'status') this.live.stage = event.data.detail ?? event.data.stage;
    else if (event.name === 'delta') this.#write(message, event.data.text);
    else if (event.name === 'reasoning') this.#think(message, event.data.text);
    else this.#finish(message, event.data.message);
  }

  #begin(run: {
    run_id: string;
    conversation_id: string;
    user_message_id: string;
    message_id: string;
    model?: string | null;
  }): void {
    const isNew = this.id === null;
    this.id = run.conversation_id;
    const { pending } = this;
    const created_at = new Date().toISOString();
    const common = { conversation_id: run.conversation_id, created_at };
    if (pending?.content != null) {
      this.messages[run.user_message_id] ??= {
        ...common,
        id: run.user_message_id,
        parent_id: pending.parentId,
        role: 'user',
        content: pending.content,
        status: 'complete',
      };
    }
    const answer = (this.messages[run.message_id] ??= {
      ...common,
      id: run.message_id,
      parent_id: run.user_message_id,
      role: 'assistant',
      content: '',
      status: 'streaming',
      model: run.model ?? null,
    });
    answer.status = 'streaming';
    answer.error = null;
    this.leafId = run.message_id;
    this.followed.add(run.run_id);
    this.live = { runId: run.run_id, messageId: run.message_id, stage: null };
    this.pending = null;
    if (isNew) this.events.created(this);
    this.events.touched(run.conversation_id);
    if (this.#stopping) void this.stop();
  }

  #think(message: Message, text: string): void {
    if (!this.#thinkingSince.has(message.id)) this.#thinkingSince.set(message.id, Date.now());
    if (this.live) this.live.stage = null;
    message.reasoning = (message.reasoning ?? '') + text;
  }

  #write(message: Message, text: string): void {
    const since = this.#thinkingSince.get(message.id);
    if (since !== undefined) {
      this.thoughtMs[message.id] ??= Date.now() - since;
      this.#thinkingSince.delete(message.id);
    }
    if (this.live) this.live.stage = null;
    message.content += text;
  }

  #finish(message: Message, final: Message | undefined): void {
    if (final) this.messages[message.id] = final;
    this.live = null;
    if (this.id) this.events.touched(this.id);
  }

  #failLoading(error: unknown): void {
    this.state = 'failed';
    this.failure = sentence(error);
  }
}
