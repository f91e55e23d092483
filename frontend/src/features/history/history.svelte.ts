import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import { isMissing } from '$lib/api/errors';
import type { Conversation, ConversationPage } from '$lib/api/types';
import { groupBy } from '$lib/group-by';
import { groupByDate, inOrder } from './date-groups';
import { Working } from './working.svelte';

/** What a person changes about a conversation from the sidebar. */
export type Changes = Partial<
  Pick<Conversation, 'title' | 'pinned' | 'archived' | 'folder_id' | 'tags'>
>;

const PAGE_SIZE = 40;
const FOLDER_SIZE = 200;
const MOST_AT_ONCE = 1_000;
const MINUTE_MS = 60_000;

/** The user's conversations, as far as the sidebar has been scrolled. */
export class History {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  /** Conversations whose answer is being written now. */
  readonly working = new Working();
  readonly hidden = new SvelteSet<string>();
  #byId = new SvelteMap<string, Conversation>();
  #cursor = $state<string | null>(null);
  #now = $state(new Date());
  #loadingMore = false;
  #asked = new Set<string>();

  readonly items = $derived(
    [...this.#byId.values()].filter(({ id, archived }) => !archived && !this.hidden.has(id)),
  );
  readonly groups = $derived(
    groupByDate(
      this.items.filter(({ folder_id }) => !folder_id),
      this.#now,
    ),
  );
  /** What lies in each folder, as far as it has been read. */
  readonly filed = $derived(
    groupBy(inOrder(this.items.filter(({ folder_id }) => folder_id)), ({ folder_id }) => folder_id),
  );
  readonly more = $derived(this.#cursor !== null);

  constructor(private readonly api: Api) {}

  get(id: string): Conversation | undefined {
    return this.#byId.get(id);
  }

  /** Keeps Today and Yesterday true over midnight. */
  start(): () => void {
    const timer = setInterval(() => {
      const now = new Date();
      if (now.getDate() !== this.#now.getDate()) this.#now = now;
    }, MINUTE_MS);
    return () => clearInterval(timer);
  }

  /** Reads the newest page; what was loaded further down stays. */
  async load(): Promise<void> {
    try {
      const [page, active] = await Promise.all([
        this.api.conversations.list({ folder_id: 'none', limit: PAGE_SIZE }),
        // Without a server nothing is known to be at work.
        this.api.runs.active().catch(() => ({ items: [] })),
      ]);
      if (this.state === 'ready') this.#dropMissing(page);
      else this.#cursor = page.next_cursor;
      page.items.forEach((item) => this.put(item));
      this.working.clear();
      for (const run of active.items) this.working.began(run.conversation_id, run.id);
      this.state = 'ready';
    } catch {
      if (this.state === 'loading') this.state = 'failed';
    }
  }

  async loadMore(): Promise<void> {
    if (this.#cursor === null || this.#loadingMore) return;
    this.#loadingMore = true;
    try {
      const page = await this.api.conversations.list({
        folder_id: 'none',
        cursor: this.#cursor,
        limit: PAGE_SIZE,
      });
      page.items.forEach((item) => this.put(item));
      this.#cursor = page.next_cursor;
    } finally {
      this.#loadingMore = false;
    }
  }

  /** Reads what lies in a folder. */
  async loadFolder(folder: string): Promise<void> {
    const page = await this.api.conversations.list({ folder_id: folder, limit: FOLDER_SIZE });
    const present = new Set(page.items.map(({ id }) => id));
    for (const { id } of this.filed.get(folder) ?? []) if (!present.has(id)) this.forget(id);
    page.items.forEach((item) => this.put(item));
  }

  /** Reads one conversation anew: it is unknown here, or something about it changed. */
  async refresh(id: string): Promise<void> {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    try {
      this.put(await this.api.conversations.get(id));
    } catch (error) {
      if (isMissing(error)) this.forget(id);
    } finally {
      this.#asked.delete(id);
    }
  }

  put(conversation: Conversation): void {
    this.#byId.set(conversation.id, conversation);
  }

  forget(id: string): void {
    this.#byId.delete(id);
    this.working.forget(id);
    void this.api.client.kept?.forget(id);
  }

  /** Takes in what is known already, without asking the server. */
  note(id: string, known: Partial<Conversation>): void {
    const conversation = this.#byId.get(id);
    if (conversation) this.#byId.set(id, { ...conversation, ...known });
  }

  /** Changes at once and tells the server; takes it back when the server refuses. */
  async change(id: string, changes: Changes): Promise<void> {
    const before = this.#byId.get(id);
    this.note(id, changes);
    try {
      // It may be one that only a search has found so far.
      this.put(await this.api.conversations.patch(id, changes));
    } catch (error) {
      if (before) this.#byId.set(id, before);
      throw error;
    }
  }

  /** The same change to many conversations; all of it is taken back when the server refuses. */
  async changeMany(ids: string[], changes: Changes): Promise<void> {
    const before = ids.map((id) => this.#byId.get(id)).filter((known) => known !== undefined);
    ids.forEach((id) => this.note(id, changes));
    try {
      for (let at = 0; at < ids.length; at += MOST_AT_ONCE)
        await this.api.conversations.changeMany(ids.slice(at, at + MOST_AT_ONCE), changes);
    } catch (error) {
      before.forEach((known) => this.put(known));
      throw error;
    }
  }

  async removeMany(ids: string[], leaving: boolean): Promise<void> {
    if (leaving) {
      for (const id of ids) await this.api.conversations.remove(id, leaving);
      return;
    }
    try {
      for (let at = 0; at < ids.length; at += MOST_AT_ONCE)
        await this.api.conversations.changeMany(ids.slice(at, at + MOST_AT_ONCE), {
          delete: true,
        });
      ids.forEach((id) => this.forget(id));
    } finally {
      ids.forEach((id) => this.hidden.delete(id));
    }
  }

  async remove(id: string, leaving: boolean): Promise<void> {
    try {
      await this.api.conversations.remove(id, leaving);
      if (!leaving) this.forget(id);
    } finally {
      if (!leaving) this.hidden.delete(id);
    }
  }

  /** Forgets what the newest page should hold and does not: it was deleted meanwhile. */
  #dropMissing({ items, next_cursor }: ConversationPage): void {
    const present = new Set(items.map(({ id }) => id));
    const oldest = next_cursor === null ? '' : (items.at(-1)?.updated_at ?? '');
    for (const { id, updated_at, folder_id } of [...this.#byId.values()])
      if (!folder_id && !present.has(id) && updated_at > oldest) this.forget(id);
  }

  clear(): void {
    this.#byId.clear();
    this.working.clear();
    this.hidden.clear();
    this.#cursor = null;
    this.state = 'loading';
  }
}
