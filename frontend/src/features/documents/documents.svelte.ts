import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import { isMissing, sentence } from '$lib/api/errors';
import type { Document, DocumentChanged } from '$lib/api/types';
import { Collections } from './collections.svelte';
import type { DocumentNews } from './news';
import { Opened } from './opened.svelte';
import { passes, STATUSES, type Filter } from './status';
import { Uploads } from './uploads.svelte';

/** Which documents are listed. */
export interface Wanted {
  collection: string | null;
  filter: Filter;
  /** A part of their names. */
  q: string;
}

const PAGE_SIZE = 50;
const MOST_AT_ONCE = 500;
/** Long enough for a fast typist's next letter, or for the news of a whole folder. */
const PAUSE_MS = 200;
const NEWS_MS = 800;

/** The documents that one may read, as far as they have been listed, and what happens to them. */
export class Documents {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state('');
  /** Whether the list is on its way, for the first time or once more. */
  loading = $state(false);
  wanted = $state.raw<Wanted>({ collection: null, filter: 'all', q: '' });
  /** The document that is looked at. */
  opened = $state.raw<Opened | null>(null);
  /** How far the list has been scrolled. */
  scrolled = 0;
  readonly collections: Collections;
  readonly uploads: Uploads;

  readonly #byId = new SvelteMap<string, Document>();
  readonly #hidden = new SvelteSet<string>();
  /** What comes after the documents of each status that was asked for. */
  #cursors = $state.raw<(string | null)[]>([]);
  readonly more = $derived(this.#cursors.some((cursor) => cursor !== null));
  readonly items = $derived(
    [...this.#byId.values()].filter((document) => this.#belongs(document)).sort(newestFirst),
  );

  /** Whether the list has been looked at. */
  #shown = false;
  /** Changes with every question: what was asked before is not wanted any more. */
  #version = 0;
  #listSoon = false;
  #loadingMore = false;
  /** What was heard while the list was on its way. */
  #lately: DocumentChanged[] = [];
  #typing: ReturnType<typeof setTimeout> | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly api: Api) {
    this.collections = new Collections(api);
    this.uploads = new Uploads(api, (document) => this.#arrived(document));
  }

  get(id: string): Document | undefined {
    return this.#byId.get(id);
  }

  /** Lists other documents, or these if that has not been done. */
  show(changes: Partial<Wanted>): void {
    const wanted = { ...this.wanted, ...changes };
    const same = (Object.keys(wanted) as (keyof Wanted)[]).every(
      (name) => wanted[name] === this.wanted[name],
    );
    if (same && this.#shown) return;
    this.#shown = true;
    const typed = wanted.q !== this.wanted.q;
    const moved = wanted.collection !== this.wanted.collection;
    this.wanted = wanted;
    this.scrolled = 0;
    clearTimeout(this.#typing);
    this.#version += 1;
    this.loading = true;
    if (moved || this.state === 'failed') {
      this.#byId.clear();
      this.state = 'loading';
    }
    // What is listed already stays until the answer is here.
    this.#typing = setTimeout(() => void this.load(), typed ? PAUSE_MS : 0);
  }

  /** Reads the list anew, as far as it has been read. */
  async load(): Promise<void> {
    const version = ++this.#version;
    const limit = Math.min(MOST_AT_ONCE, Math.max(PAGE_SIZE, this.#byId.size));
    this.loading = true;
    this.#lately = [];
    try {
      const statuses = STATUSES[this.wanted.filter];
      const pages = await Promise.all(statuses.map((_, at) => this.#page(at, null, limit)));
      if (version !== this.#version) return;
      this.#byId.clear();
      this.#take(pages.flatMap(({ items }) => items));
      this.#cursors = pages.map(({ next_cursor }) => next_cursor ?? null);
      this.state = 'ready';
    } catch (error) {
      if (version !== this.#version) return;
      this.failure = sentence(error);
      if (this.state === 'loading') this.state = 'failed';
    } finally {
      if (version === this.#version) this.loading = false;
    }
  }

  async loadMore(): Promise<void> {
    if (this.#loadingMore || this.loading || !this.more) return;
    const version = this.#version;
    this.#loadingMore = true;
    try {
      const cursors = [...this.#cursors];
      for (const [at, cursor] of cursors.entries()) {
        if (cursor === null) continue;
        const page = await this.#page(at, cursor, PAGE_SIZE);
        if (version !== this.#version) return;
        this.#take(page.items);
        cursors[at] = page.next_cursor ?? null;
      }
      this.#cursors = cursors;
    } finally {
      this.#loadingMore = false;
    }
  }

  open(id: string): Opened {
    this.opened = new Opened(this.api, id, this.#byId.get(id));
    return this.opened;
  }

  heard(news: DocumentChanged): void {
    if (this.loading) this.#lately.push(news);
    const unknown = !this.#byId.has(news.id);
    this.#apply(news);
    this.opened?.heard(news);
    if (news.status === 'processing' && !unknown) return;
    // What a worker has found out is more than is told.
    if (news.status === 'ready' && !unknown) void this.#refresh(news.id);
    this.#afterNews(unknown && news.status !== 'deleted');
  }

  missed(): void {
    this.opened?.missed();
    if (!this.#shown) return;
    void this.load();
    void this.collections.load();
  }

  /** Takes a document out of sight; the result brings it back. */
  hide(id: string): () => void {
    this.#hidden.add(id);
    return () => this.#hidden.delete(id);
  }

  async remove(id: string, leaving: boolean): Promise<void> {
    try {
      await this.api.documents.remove(id, leaving);
      if (!leaving) this.#byId.delete(id);
    } catch (error) {
      if (!isMissing(error)) throw error;
    } finally {
      if (!leaving) this.#hidden.delete(id);
    }
  }

  /** Has a page of the web read; it appears as a file does that was sent. */
  async addPage(url: string, signal: AbortSignal): Promise<Document> {
    const document = await this.api.documents.addPage(url, this.wanted.collection, signal);
    this.#arrived(document);
    return document;
  }

  async cancel(id: string): Promise<void> {
    this.#put(await this.api.documents.cancel(id));
  }

  async retry(id: string): Promise<void> {
    this.#put(await this.api.documents.retry(id));
  }

  /** Forgets a collection and what is in it. */
  async removeCollection(id: string): Promise<void> {
    await this.collections.remove(id);
    for (const document of [...this.#byId.values()])
      if (document.collection_id === id) this.#byId.delete(document.id);
  }

  clear(): void {
    clearTimeout(this.#typing);
    clearTimeout(this.#soon);
    this.#byId.clear();
    this.#hidden.clear();
    this.#cursors = [];
    this.#version += 1;
    this.#shown = false;
    this.state = 'loading';
    this.wanted = { collection: null, filter: 'all', q: '' };
    this.opened = null;
    this.collections.clear();
    this.uploads.clear();
  }

  #page(at: number, cursor: string | null, limit: number) {
    const { collection, filter, q } = this.wanted;
    const status = STATUSES[filter][at] ?? null;
    return this.api.documents.list({ collection_id: collection, status, q, cursor, limit });
  }

  #belongs({ id, status }: Document): boolean {
    return !this.#hidden.has(id) && passes(status, this.wanted.filter);
  }

  #take(documents: readonly Document[]): void {
    for (const document of documents) this.#byId.set(document.id, document);
    this.#lately.forEach((news) => this.#apply(news));
  }

  #apply({ status, ...facts }: DocumentChanged): void {
    const known = this.#byId.get(facts.id);
    if (status === 'deleted') this.#byId.delete(facts.id);
    else if (known) this.#byId.set(facts.id, { ...known, ...facts, status });
  }

  #put(document: Document): void {
    if (this.#byId.has(document.id)) this.#byId.set(document.id, document);
    this.opened?.put(document);
  }

  #arrived(document: Document): void {
    const { collection, q } = this.wanted;
    const listed = collection === null || collection === document.collection_id;
    if (listed && q === '' && !this.#byId.has(document.id)) this.#byId.set(document.id, document);
    this.#afterNews(false);
  }

  async #refresh(id: string): Promise<void> {
    try {
      this.#put(await this.api.documents.get(id));
    } catch {
      // It is read with the next list.
    }
  }

  /** The news of a folder come by the hundred: what they change is read once. */
  #afterNews(list: boolean): void {
    this.#listSoon ||= list;
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      if (this.#listSoon && this.#shown) void this.load();
      this.#listSoon = false;
      void this.collections.load();
    }, NEWS_MS);
  }
}

function newestFirst(a: Document, b: Document): number {
  return b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id);
}

const known = new WeakMap<DocumentNews, Documents>();

/** The documents of this page, which hear the news as long as it is open. */
export function documentsOf(api: Api, news: DocumentNews): Documents {
  const before = known.get(news);
  if (before) return before;
  const documents = new Documents(api);
  known.set(news, documents);
  news.listen({
    heard: (told) => documents.heard(told),
    missed: () => documents.missed(),
    clear: () => documents.clear(),
  });
  return documents;
}
