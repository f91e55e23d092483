import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import { ApiError, isMissing, sentence } from '$lib/api/errors';
import type { WorkspaceFile, WorkspaceFiles } from '$lib/api/types';
import { language, t } from '$lib/i18n';
import type { Toasts } from '$lib/ui/toasts.svelte';
import { Refresh } from './refresh';
import { liesIn, treeOf } from './tree';

/** A file on its way to the server, or refused there. */
export interface Sending {
  readonly key: number;
  readonly name: string;
  /** How much of it has gone, from 0 to 1. */
  sent: number;
  failure: string | null;
}

/** The files that the code of one conversation works with, while they are looked at. */
export class Workspace {
  state = $state<'loading' | 'ready' | 'failed' | 'elsewhere'>('loading');
  /** Why they could not be read, the last time. */
  failure = $state<string | null>(null);
  listing = $state.raw<WorkspaceFiles | null>(null);
  sending = $state<Sending[]>([]);
  /** What has happened, for those who do not see it. */
  said = $state('');
  /** When the list was read. */
  readAt = $state.raw(new Date());
  readonly refresh = new Refresh(() => this.#read());

  readonly #items = $derived(this.listing?.items ?? []);
  /** Paths that are to be deleted once their toast is gone. */
  readonly #hidden = new SvelteSet<string>();
  /** Directories that are open. */
  readonly #open = new SvelteSet<string>();
  readonly tree = $derived(
    treeOf(
      this.#items.filter(({ path }) => !liesIn(path, this.#hidden)),
      language(),
    ),
  );

  /** Ends a deletion's time to be undone. */
  readonly #deciding = new SvelteMap<string, () => void>();
  readonly #deleting = new Set<Promise<void>>();
  readonly #aborts = new Map<number, AbortController>();
  #lastSent: Promise<unknown> = Promise.resolve();
  /** Changes with what is deleted and uploaded here: what was asked before is not true any more. */
  #version = 0;
  #next = 1;
  #closed = false;

  constructor(
    private readonly api: Api,
    private readonly toasts: Toasts,
    readonly conversation: string,
  ) {}

  /** Begins to look; the result ends that, and deletes at once what is to be deleted. */
  open(): () => void {
    const stop = this.refresh.start();
    return () => {
      this.#closed = true;
      stop();
      void this.settle();
    };
  }

  isOpen(path: string): boolean {
    return this.#open.has(path);
  }

  fold(path: string): void {
    if (!this.#open.delete(path)) this.#open.add(path);
  }

  /** Takes it out of sight; it is deleted once nobody can undo that any more. */
  remove({ path }: WorkspaceFile): void {
    this.#hidden.add(path);
    const end = this.toasts.undoable({
      text: t('workspace.deleted', { name: path }),
      undoLabel: t('action.undo'),
      undo: () => {
        this.#deciding.delete(path);
        this.#hidden.delete(path);
      },
      commit: (leaving) => {
        const deleting = this.#delete(path, leaving);
        this.#deleting.add(deleting);
        void deleting.finally(() => this.#deleting.delete(deleting));
      },
    });
    this.#deciding.set(path, end);
  }

  /** Deletes now what is to be deleted: code that runs, or a new file, must not meet it. */
  async settle(): Promise<void> {
    for (const end of [...this.#deciding.values()]) end();
    await Promise.allSettled(this.#deleting);
  }

  /** Uploads files, one after the other. */
  upload(files: readonly File[]): void {
    for (const file of files) {
      const key = this.#next++;
      this.#aborts.set(key, new AbortController());
      this.sending.push({ key, name: file.name, sent: 0, failure: null });
      this.#lastSent = this.#lastSent.then(() => this.#send(key, file));
    }
  }

  /** Gives up an upload, or forgets that it was refused. */
  dismiss(key: number): void {
    this.#aborts.get(key)?.abort();
    this.#aborts.delete(key);
    this.sending = this.sending.filter((each) => each.key !== key);
  }

  async save(entry: WorkspaceFile): Promise<void> {
    try {
      await this.api.workspace.save(this.conversation, entry);
    } catch (error) {
      this.#report(error);
    }
  }

  /** A picture's bytes; null where there are none, and somebody has been told. */
  async picture({ path }: WorkspaceFile, type: string): Promise<Blob | null> {
    try {
      const content = await this.api.workspace.content(this.conversation, path);
      return content.slice(0, content.size, type);
    } catch (error) {
      this.#report(error);
      return null;
    }
  }

  async #read(): Promise<void> {
    const version = this.#version;
    try {
      const listing = await this.api.workspace.list(this.conversation);
      if (version !== this.#version) return;
      this.listing = listing;
      this.state = 'ready';
      this.failure = null;
      this.readAt = new Date();
    } catch (error) {
      this.failure = sentence(error);
      if (error instanceof ApiError && error.code === 'files_elsewhere') this.state = 'elsewhere';
      else if (this.state === 'loading') this.state = 'failed';
    }
  }

  async #delete(path: string, leaving: boolean): Promise<void> {
    this.#deciding.delete(path);
    try {
      await this.api.workspace.remove(this.conversation, path, leaving);
      if (leaving) return;
    } catch (error) {
      // Code may have deleted it meanwhile.
      if (!isMissing(error)) {
        this.#hidden.delete(path);
        this.#report(error);
        return;
      }
    }
    this.#version += 1;
    this.#drop(path);
    this.#hidden.delete(path);
    void this.refresh.now();
  }

  #drop(path: string): void {
    if (!this.listing) return;
    const items = this.#items.filter((item) => !liesIn(item.path, [path]));
    this.listing = { ...this.listing, items };
  }

  async #send(key: number, file: File): Promise<void> {
    const abort = this.#aborts.get(key);
    if (!abort) return;
    await this.settle();
    const sent = (part: number): void => {
      const item = this.sending.find((each) => each.key === key);
      if (item) item.sent = part;
    };
    try {
      await this.api.workspace.add(this.conversation, file, sent, abort.signal);
      this.dismiss(key);
      this.said = t('workspace.uploaded', { name: file.name });
    } catch (error) {
      if (!abort.signal.aborted) this.#refused(key, file, error);
    }
    this.#version += 1;
    void this.refresh.now();
  }

  #refused(key: number, file: File, error: unknown): void {
    const failure = sentence(error);
    const item = this.sending.find((each) => each.key === key);
    if (item) item.failure = failure;
    if (this.#closed) this.toasts.error(`${file.name}: ${failure}`);
  }

  #report(error: unknown): void {
    this.toasts.error(sentence(error));
  }
}
