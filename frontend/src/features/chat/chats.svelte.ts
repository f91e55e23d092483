import { createContext } from 'svelte';
import type { Api } from '$lib/api/api';
import { whenIdle } from '$lib/when-idle';
import type { Router } from '$lib/router/router.svelte';
import { Chat } from './chat.svelte';
import type { ChatEvents } from './chat-events';
import type { History } from '../history/history.svelte';
import type { Tools } from '../tools/tools.svelte';

const KEPT = 8;

/** What can stand beside a conversation. */
export type Pane = 'files' | 'artifact' | 'document';

/** The conversations open in this tab; the last few are kept so that going back is instant. */
export class Chats {
  current: Chat;
  /** Whether the branches of the current one are shown. */
  overview = $state(false);
  /** What stands beside the current one. */
  pane = $state<Pane | null>(null);
  #kept = new Map<string, Chat>();

  constructor(
    private readonly api: Api,
    readonly history: History,
    private readonly router: Router,
    private readonly tools: Tools,
  ) {
    this.current = $state(this.#make(null));
  }

  /** Shows the conversation `id`, or a new one for `null`. */
  show(id: string | null): void {
    if (this.current.id === id) {
      if (this.current.state === 'loading') void this.current.open();
      return;
    }
    this.overview = false;
    this.pane = null;
    this.current.release();
    this.current = (id === null ? undefined : this.#kept.get(id)) ?? this.#make(id);
    if (id !== null) {
      this.#keep(id, this.current);
      void this.current.open();
    }
  }

  /** Shows a new chat that will lie in a folder. */
  begin(folder: string): void {
    this.router.go('/');
    this.show(null);
    this.current.folder = folder;
  }

  /** Shows a new chat that is never saved. */
  beginTemporary(): void {
    this.router.go('/');
    this.show(null);
    this.current.folder = null;
    this.current.temporary = true;
    this.current.web.keep();
  }

  /** Shows a conversation at one of its messages. */
  reveal(id: string, message: string | null): void {
    this.router.go(`/c/${id}`);
    this.show(id);
    this.current.reveal(message);
  }

  /** Makes a new chat of what leads to a message, and shows it. */
  async fork(id: string, message: string): Promise<void> {
    const made = await this.api.conversations.fork(id, message);
    this.history.put(made);
    this.router.go(`/c/${made.id}`);
  }

  /** Opens a pane beside the current one, or closes it. */
  toggle(pane: Pane): void {
    this.pane = this.pane === pane ? null : pane;
  }

  /** Another tab, or the server, changed a conversation. */
  changed(id: string): void {
    if (this.current.id === id) void this.current.open();
  }

  gone(id: string): void {
    this.#kept.delete(id);
    if (this.current.id === id) this.router.replace('/');
  }

  /** Has the server forget a temporary chat at once. */
  async forget(id: string): Promise<void> {
    await this.api.conversations.remove(id, false);
    this.gone(id);
  }

  clear(): void {
    this.current.turns.detach();
    this.#kept.clear();
    this.pane = null;
    this.current = this.#make(null);
  }

  #make(id: string | null): Chat {
    return new Chat(this.api, this.#events, id, (models, web) => this.tools.equip(models, web));
  }

  #keep(id: string, chat: Chat): void {
    this.#kept.delete(id);
    this.#kept.set(id, chat);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > KEPT && !oldest.done) this.#kept.delete(oldest.value);
  }

  /** What was just said is read offline as well, without asking the server for it. */
  #keepForOffline(id: string): void {
    const chat = this.#kept.get(id);
    if (!chat || chat.busy || chat.temporary || chat.partial) return;
    const tree = { items: Object.values(chat.messages), current_leaf_id: chat.leafId };
    void whenIdle().then(() => this.api.conversations.keep(id, tree));
  }

  get #events(): ChatEvents {
    return {
      created: (chat) => {
        if (chat.id === null) return;
        this.#keep(chat.id, chat);
        if (!chat.temporary) void this.history.refresh(chat.id);
        if (this.current === chat && this.router.path === '/') this.router.replace(`/c/${chat.id}`);
      },
      loaded: (conversation) => this.history.put(conversation),
      titled: (id, title) => this.history.note(id, { title }),
      touched: (id) => this.history.note(id, { updated_at: new Date().toISOString() }),
      settled: (id) => this.#keepForOffline(id),
    };
  }
}

export const [getChats, setChats] = createContext<Chats>();
