import { on } from 'svelte/events';
import type { Api } from '$lib/api/api';
import { isPassing, sentence } from '$lib/api/errors';
import type { Document } from '$lib/api/types';
import { language, t } from '$lib/i18n';
import { fileSize } from '$lib/i18n/size';
import { MOST_BYTES } from './limits';
import type { SentFile } from './sent-files';

/** Enough to keep the line busy while the server takes one in. */
const AT_ONCE = 2;

/** A file on its way to the server, refused, or there already. */
export interface Upload {
  readonly key: number;
  readonly name: string;
  state: 'waiting' | 'sending' | 'failed' | 'there';
  /** How much of it has gone, from 0 to 1. */
  sent: number;
  failure: string | null;
  /** Whether sending it again may help. */
  again: boolean;
  /** The document that the same file is already. */
  document: string | null;
}

/** The files that are sent to be read; they go on when another page is looked at. */
export class Uploads {
  items = $state<Upload[]>([]);
  /** How many of those that were added since it was idle are over. */
  over = $state(0);
  all = $state(0);

  readonly busy = $derived(
    this.items.some(({ state }) => state === 'waiting' || state === 'sending'),
  );

  readonly #sources = new Map<number, SentFile & { collection: string | null }>();
  readonly #aborts = new Map<number, AbortController>();
  #next = 1;
  #stay: (() => void) | null = null;

  /** `arrived` hears of each document that was not there before. */
  constructor(
    private readonly api: Api,
    private readonly arrived: (document: Document) => void,
  ) {}

  add(files: readonly SentFile[], collection: string | null): void {
    if (!this.busy) this.over = this.all = 0;
    this.all += files.length;
    for (const sent of files) this.#take(sent, collection);
    this.#pump();
  }

  again(key: number): void {
    const item = this.#item(key);
    if (item?.state !== 'failed') return;
    Object.assign(item, { state: 'waiting', failure: null, sent: 0 });
    this.over = Math.max(0, this.over - 1);
    this.#pump();
  }

  /** Gives an upload up, or forgets what came of it. */
  dismiss(key: number): void {
    this.#aborts.get(key)?.abort();
    const item = this.#item(key);
    if (item?.state === 'waiting' || item?.state === 'sending') this.over += 1;
    this.#drop(key);
    this.#pump();
  }

  /** Gives up what has not gone yet, and forgets all else. */
  clear(): void {
    for (const abort of this.#aborts.values()) abort.abort();
    this.#sources.clear();
    this.items = [];
    this.over = this.all = 0;
    this.#pump();
  }

  #take(sent: SentFile, collection: string | null): void {
    const key = this.#next++;
    const large = sent.file.size > MOST_BYTES;
    const size = fileSize(MOST_BYTES, language());
    this.#sources.set(key, { ...sent, collection });
    this.items.push({
      key,
      name: sent.path || sent.file.name,
      state: large ? 'failed' : 'waiting',
      sent: 0,
      failure: large ? t('documents.tooLarge', { size }) : null,
      again: false,
      document: null,
    });
    if (large) this.over += 1;
  }

  #pump(): void {
    for (const { key, state } of this.items) {
      if (this.#aborts.size >= AT_ONCE) break;
      if (state === 'waiting') void this.#send(key);
    }
    this.#hold();
  }

  /** Asks before the page is left, as long as something would be lost by that. */
  #hold(): void {
    if (this.busy && !this.#stay) {
      this.#stay = on(window, 'beforeunload', (event) => event.preventDefault());
    } else if (!this.busy) {
      this.#stay?.();
      this.#stay = null;
    }
  }

  async #send(key: number): Promise<void> {
    const source = this.#sources.get(key);
    if (!source) return;
    const { file, path, collection } = source;
    const abort = new AbortController();
    this.#aborts.set(key, abort);
    this.#change(key, { state: 'sending' });
    try {
      const place = { collection_id: collection, path };
      const sent = (part: number): void => this.#change(key, { sent: part });
      const document = await this.api.documents.add(file, place, sent, abort.signal);
      this.arrived(document);
      this.#done(key, document);
    } catch (error) {
      const changes = { failure: sentence(error), again: isPassing(error) };
      if (!abort.signal.aborted) this.#change(key, { state: 'failed', ...changes });
    }
    this.#aborts.delete(key);
    if (!abort.signal.aborted) this.over += 1;
    this.#pump();
  }

  #done(key: number, { id, duplicate }: Document): void {
    if (duplicate) this.#change(key, { state: 'there', document: id });
    else this.#drop(key);
  }

  #drop(key: number): void {
    this.#sources.delete(key);
    this.items = this.items.filter((item) => item.key !== key);
  }

  #change(key: number, changes: Partial<Upload>): void {
    const item = this.#item(key);
    if (item) Object.assign(item, changes);
  }

  #item(key: number): Upload | undefined {
    return this.items.find((item) => item.key === key);
  }
}
