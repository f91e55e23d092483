import { SvelteSet } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import { isMissing, isPassing, sentence } from '$lib/api/errors';
import type { ChatRequest, ConversationDetail, Message, MessageTree } from '$lib/api/types';
import { readOwnList, writeOwnList } from '$lib/own-storage';
import { promptOf } from '../files/attached';
import type { Equipment } from '../tools/tools.svelte';
import { WebSearch } from '../web/web-search.svelte';
import type { ChatEvents } from './chat-events';
import { messagesOf } from './messages-of';
import { Queue } from './queue.svelte';
import { choiceAt, rowsOf } from './rows';
import type { RunBegun } from './run-events';
import { Tuning } from './tuning.svelte';
import { byId, childrenOf, leafWithout, newestLeaf, pathTo, type Messages } from './tree';
import { Turns, type Pending, type Place } from './turns.svelte';
import type { Written } from './written';

/** How an answer is to be given once more. */
export interface Again {
  model: string | null;
  hint?: string;
}

/** A long chat begins with so many of its messages: more than a screen shows. */
const READ_FIRST = 20;

/** Where this browser keeps the models that answer beside a conversation's own. */
const besideName = (id: string) => `beside.${id}`;

/** One conversation: its tree, the branch shown, and the turns that happen in it. */
export class Chat implements Place {
  id = $state<string | null>(null);
  model = $state<string | null>(null);
  /** Models that answer beside it. */
  beside = $state.raw<readonly string[]>([]);
  state = $state<'loading' | 'ready' | 'failed' | 'missing'>('ready');
  messages = $state<Messages>({});
  leafId = $state<string | null>(null);
  /** Whether only the end of it is here yet. */
  partial = $state(false);
  failure = $state<string | null>(null);
  readonly hidden = new SvelteSet<string>();
  readonly queue = new Queue();
  readonly web = new WebSearch(this);
  readonly turns: Turns;
  /** The folder that a new chat will lie in. */
  folder = $state<string | null>(null);
  /** Only in the server's memory, and in no list. */
  temporary = $state(false);
  /** A message to bring into view, once it is there. */
  wanted = $state<string | null>(null);

  readonly tuning = new Tuning(async (changes) => {
    if (this.id) await this.api.conversations.patch(this.id, changes);
  });

  readonly children = $derived(childrenOf(this.messages, this.hidden));
  readonly path = $derived(pathTo(this.messages, this.leafId));
  /** Answers that stand side by side and of which none is picked. */
  readonly choice = $derived(choiceAt(this.messages, this.children, this.leafId));
  readonly rows = $derived(rowsOf(this.path, this.choice));

  constructor(
    private readonly api: Api,
    private readonly events: ChatEvents,
    id: string | null,
    /** What a turn of these models may use, with the web or without. */
    private readonly equip: (models: readonly string[], web: boolean) => Promise<Equipment>,
  ) {
    this.turns = new Turns(api, this);
    if (id === null) return;
    this.state = 'loading';
    this.id = id;
    this.beside = readOwnList(besideName(id), (item) => typeof item === 'string');
  }

  get pending(): Pending | null {
    return this.turns.pending;
  }

  get busy(): boolean {
    return this.turns.busy;
  }

  get empty(): boolean {
    return this.path.length === 0 && this.pending === null && this.state === 'ready';
  }

  /** Whether the last answer is whole, so that what waits for it may be sent. */
  get answered(): boolean {
    const last = this.path.at(-1);
    const whole = last?.role === 'assistant' && last.status === 'complete';
    return this.state === 'ready' && !this.busy && whole && this.choice.length === 0;
  }

  /** Loads what the server holds, and follows the answers that are being written, if any. */
  async open(): Promise<void> {
    if (this.id === null || this.busy) return;
    const signal = this.turns.detach();
    try {
      const [conversation, tree] = await Promise.all([
        this.api.conversations.get(this.id),
        this.#tree(this.id),
      ]);
      if (signal.aborted) return;
      this.#take(conversation, tree);
    } catch (error) {
      if (signal.aborted) return;
      // What the server has forgotten is still on the page, to be copied.
      const forgotten = this.temporary && this.state === 'ready';
      if (isMissing(error) && !forgotten) this.state = 'missing';
      else if (this.state === 'loading' || !isPassing(error)) this.#failLoading(error);
      return;
    }
    if (this.partial) void this.#readRest(this.id);
    const shown = [...this.path, ...this.choice.filter(({ id }) => id !== this.leafId)];
    const writing = shown.filter(({ status, run_id }) => status === 'streaming' && run_id);
    if (writing.length > 0) await this.turns.rejoin(writing);
  }

  /** Its messages; of a chat that is not shown yet, those that are read first. */
  #tree(id: string): Promise<MessageTree> {
    const whole = () => this.api.conversations.messages(id);
    if (this.state !== 'loading') return whole();
    // What this browser keeps of it, it keeps whole.
    return this.api.conversations.end(id, READ_FIRST).catch(whole);
  }

  #take(conversation: ConversationDetail, tree: MessageTree): void {
    this.temporary = tree.temporary ?? false;
    if (!this.temporary) {
      this.queue.name(conversation.id);
      this.events.loaded(conversation);
    }
    this.model = conversation.model;
    this.tuning.take(conversation);
    this.messages = byId(tree.items);
    this.leafId = tree.current_leaf_id;
    this.partial = tree.partial ?? false;
    this.state = 'ready';
    this.#turnToWanted();
  }

  /** Puts the rest of a long chat to its end, of which the page knows better by now. */
  async #readRest(id: string): Promise<void> {
    try {
      const { items } = await this.api.conversations.messages(id);
      // Read anew meanwhile, it is whole, and may have lost what was read here.
      if (!this.partial) return;
      this.messages = { ...byId(items), ...this.messages };
      this.partial = false;
      this.#turnToWanted();
    } catch (error) {
      if (this.partial) this.failure = sentence(error);
    }
  }

  /**
   * Stops following; the runs themselves go on at the server. A turn that the server has not taken
   * yet is not let go: nobody would know what became of it.
   */
  release(): void {
    if (this.pending === null) this.turns.detach();
  }

  /**
   * Asks; resolves to whether it is taken. While an answer is being written it waits for its end.
   * Where it is for one model alone, the next one goes to `models` again.
   */
  send(written: Written, models: readonly string[]): Promise<boolean> {
    const { web = this.web.on } = written;
    if (this.busy) {
      this.queue.add({ ...written, web });
      return Promise.resolve(true);
    }
    const { text: content, files: attachments, sources = [], once } = written;
    const what = promptOf(content, attachments, sources);
    if (once !== null) Object.assign(what, { model: once, keep_model: true });
    return this.#ask({ content, attachments, sources, parentId: this.leafId }, what, models, web);
  }

  /** Sends what has waited. */
  async sendQueued(id: string, models: readonly string[]): Promise<void> {
    const waited = this.busy ? undefined : this.queue.take(id);
    if (waited && !(await this.send(waited, models))) this.queue.putBack(waited);
  }

  /** Asks an earlier prompt anew in other words, with all that went with it: a branch beside it. */
  resend(message: Message, content: string, models: readonly string[]): Promise<boolean> {
    const attachments = message.attachments ?? [];
    const sources = message.sources ?? [];
    const turn = { content, attachments, sources, parentId: message.parent_id };
    return this.#ask(turn, promptOf(content, attachments, sources), models);
  }

  regenerate(message: Message, { model, hint }: Again): Promise<boolean> {
    const turn = { content: null, parentId: message.parent_id };
    const what = { regenerate: message.id, ...(hint ? { hint } : {}) };
    return this.#ask(turn, what, model ? [model] : []);
  }

  continue(message: Message): Promise<boolean> {
    const turn = { content: null, parentId: message.id };
    return this.#ask(turn, { continue: message.id }, message.model ? [message.model] : []);
  }

  /** Goes on with one of the answers that stand side by side; those still written are stopped. */
  async pick(message: Message): Promise<void> {
    const others = this.choice.filter(({ id }) => id !== message.id);
    await Promise.all(others.map(({ id }) => this.turns.stop(id)));
    await this.api.messages.pick(message.id);
    for (const { id } of [message, ...others]) {
      const answer = this.messages[id];
      if (answer) answer.choice_id = null;
    }
    this.leafId = message.id;
  }

  /** Answers come from `model` from now on, and from those beside it. */
  async choose(model: string, beside: readonly string[] = []): Promise<void> {
    const other = model !== this.model;
    this.model = model;
    this.beside = beside;
    this.#keepBeside();
    if (this.id && other) await this.api.conversations.patch(this.id, { model });
  }

  /** Changes a message in place. */
  async edit(id: string, content: string): Promise<void> {
    this.messages[id] = await this.api.messages.edit(id, content);
  }

  /** Says what the reader thinks of an answer; null takes that back. */
  async rate(id: string, rating: number | null): Promise<void> {
    this.messages[id] = await this.api.messages.rate(id, rating);
  }

  /** Shows another version of a message, down to its newest answer. */
  async show(id: string): Promise<void> {
    this.leafId = newestLeaf(this.children, id);
    if (this.id) await this.api.conversations.patch(this.id, { current_leaf_id: this.leafId });
  }

  /** Goes to a message on whatever branch it is; that branch is shown from now on. */
  async jump(id: string): Promise<void> {
    this.wanted = id;
    if (!this.path.some((message) => message.id === id)) await this.show(id);
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
    this.web.keep();
    this.queue.name(this.id);
  }

  #ask(
    turn: Pending,
    what: ChatRequest,
    models: readonly string[],
    web = this.web.on,
  ): Promise<boolean> {
    return this.turns.ask(turn, async () => {
      if (!(await this.#prepare(models[0] ?? null, what.keep_model ?? false))) return null;
      const request: ChatRequest = { ...what };
      if (request.model === undefined) {
        if (models.length > 1) request.models = [...models];
        else if (models[0]) request.model = models[0];
      }
      Object.assign(request, await this.equip(request.model ? [request.model] : models, web));
      if (this.temporary) request.temporary = true;
      if (this.temporary && this.id === null) Object.assign(request, this.tuning.all);
      if (this.id) request.conversation_id = this.id;
      if (this.id && what.content !== undefined) request.parent_id = turn.parentId;
      return request;
    });
  }

  /** Has the server know all that a turn does not say itself; resolves to whether that worked. */
  async #prepare(model: string | null, keepModel: boolean): Promise<boolean> {
    if (!(await this.tuning.settled())) {
      this.failure = this.tuning.failure;
      return false;
    }
    if (this.id !== null || this.temporary) return true;
    const more = this.folder !== null || keepModel || this.tuning.count > 0;
    return !more || this.#make(model);
  }

  /** Makes the chat before its first turn; resolves to whether that worked. */
  async #make(model: string | null): Promise<boolean> {
    try {
      const made = await this.api.conversations.create({
        folder_id: this.folder,
        model,
        ...this.tuning.all,
      });
      this.#name(made.id);
      this.events.loaded(made);
      this.events.created(this);
      return true;
    } catch (error) {
      this.failure = sentence(error);
      return false;
    }
  }

  /** From here on there is a place for what this browser keeps of it. */
  #name(id: string): void {
    this.web.name(id);
    this.id = id;
    if (!this.temporary) this.queue.name(id);
  }

  #keepBeside(): void {
    if (this.id && !this.temporary) writeOwnList(besideName(this.id), this.beside);
  }

  message(id: string): Message | undefined {
    return this.messages[id];
  }

  begun(run: RunBegun, turn: Pending, first: boolean): void {
    const isNew = this.id === null;
    if (isNew) this.#name(run.conversation_id);
    const { prompt, reply } = messagesOf(run, turn);
    if (prompt) this.messages[prompt.id] ??= prompt;
    const answer = (this.messages[reply.id] ??= reply);
    answer.status = 'streaming';
    answer.error = null;
    if (first) this.leafId = run.message_id;
    if (isNew) {
      this.#keepBeside();
      this.events.created(this);
    }
    this.events.touched(run.conversation_id);
  }

  finished(message: Message): void {
    // One that was picked while it was written does not know it.
    const choice_id = this.messages[message.id]?.choice_id ?? null;
    this.messages[message.id] = { ...message, choice_id };
    if (this.id) this.events.touched(this.id);
  }

  settled(): void {
    if (this.id) this.events.settled(this.id);
  }

  titled(title: string): void {
    if (this.id) this.events.titled(this.id, title);
  }

  #failLoading(error: unknown): void {
    this.state = 'failed';
    this.failure = sentence(error);
  }
}
