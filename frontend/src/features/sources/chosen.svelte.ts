import type { Api } from '$lib/api/api';
import { isMissing, isPassing, sentence } from '$lib/api/errors';
import type { Document, DocumentChanged, Source, Use } from '$lib/api/types';
import { language, t } from '$lib/i18n';
import { fileSize } from '$lib/i18n/size';
import { MOST_BYTES } from '../documents/limits';
import { lastName } from '../documents/names';
import { isBusy, isOver, workOn } from '../documents/status';
import { readDraftSources, writeDraftSources } from './draft-sources';

/** A document or a collection beside the composer: on its way to the server, there, or refused. */
export interface ChosenSource {
  readonly key: number;
  readonly kind: Source['kind'];
  /** Null until the server has it. */
  readonly id: string | null;
  readonly name: string;
  readonly use: Use;
  /** Whether it was sent from here. */
  readonly added: boolean;
  /** Whether it is a text that could as well go as it is. */
  readonly plain: boolean;
  /** How much has gone to the server, from 0 to 1. */
  readonly sent: number;
  /** What is known of the work on a document that was sent from here. */
  readonly work: Document | null;
  readonly failure: string | null;
  /** Whether trying again may help. */
  readonly again: boolean;
}

/** A conversation whose id a new chat gets while it is written in. */
export interface Owner {
  readonly id: string | null;
  readonly temporary: boolean;
}

/** What the next prompt of one conversation is to be answered from. */
export class Chosen {
  items = $state.raw<readonly ChosenSource[]>([]);

  /** It can be sent while its documents are read: the server waits for that. */
  readonly ready = $derived(this.items.every(({ id, failure }) => id !== null && failure === null));
  readonly documents = $derived(this.items.filter(({ kind }) => kind === 'document').length);

  readonly #files = new Map<number, File>();
  readonly #sending = new Map<number, AbortController>();
  #next = 1;

  constructor(
    private readonly api: Api,
    private readonly owner: Owner,
  ) {
    this.items = readDraftSources(owner.id).map(({ source, added }) => this.#item(source, added));
  }

  /** Takes something that is there already. */
  name(source: Source): void {
    if (this.items.some(({ kind, id }) => kind === source.kind && id === source.id)) return;
    this.items = [...this.items, this.#item(source, false)];
    this.#save();
  }

  /** Sends a file to be read. `plain` is one that could as well go as it is. */
  upload(file: File, { use = 'auto', plain = false }: { use?: Use; plain?: boolean } = {}): void {
    const isLarge = file.size > MOST_BYTES;
    const item = {
      ...this.#item({ kind: 'document', id: '', name: file.name, use }, true),
      id: null,
      plain,
      sent: 0,
      failure: isLarge ? t('attach.large', { size: fileSize(MOST_BYTES, language()) }) : null,
    };
    this.items = [...this.items, item];
    if (isLarge) return;
    this.#files.set(item.key, file);
    void this.#send(item.key, file);
  }

  /** Sends a file again, or has it read again. */
  again(key: number): void {
    const id = this.#find(key)?.id;
    const file = this.#files.get(key);
    if (id) void this.#retry(key, id);
    else if (file) void this.#send(key, file);
  }

  /** What was sent from here, as long as it waits. */
  file(key: number): File | undefined {
    return this.#files.get(key);
  }

  use(key: number, use: Use): void {
    this.#change(key, { use });
    this.#save();
  }

  /** Takes one out. What was sent from here and is not read yet, nobody else knows of: it goes. */
  remove(key: number): void {
    const item = this.#find(key);
    if (!item) return;
    this.#sending.get(key)?.abort();
    if (item.id !== null && item.added && item.work && item.work.status !== 'ready')
      void this.api.documents.remove(item.id, false).catch(() => undefined);
    this.#drop([key]);
    this.#save();
  }

  /** Empties it for a turn. `done` hears whether the turn was taken; else all is put back. */
  take(): { sources: Source[]; done: (taken: boolean) => void } {
    const taken = this.items;
    const { id } = this.owner;
    this.items = [];
    return {
      sources: taken.flatMap((item) => sourceOf(item) ?? []),
      done: (accepted) => {
        if (accepted) taken.forEach(({ key }) => this.#files.delete(key));
        else this.#putBack(taken);
        if (accepted && id === this.owner.id) this.#save();
        else this.#write(id, accepted ? [] : this.items);
      },
    };
  }

  heard({ id, status, ...facts }: DocumentChanged): void {
    for (const { key, id: known, work } of this.items) {
      if (known !== id) continue;
      if (status === 'deleted') this.#gone(key);
      else if (work) this.#learn(key, { ...work, ...facts, status });
    }
  }

  /** Looks how far the work on what was sent from here is: something may have gone unheard. */
  missed(): void {
    for (const item of this.items) if (item.added && item.id !== null) void this.#look(item.key);
  }

  clear(): void {
    for (const abort of this.#sending.values()) abort.abort();
    this.#files.clear();
    this.items = [];
  }

  async #send(key: number, file: File): Promise<void> {
    const abort = new AbortController();
    this.#sending.set(key, abort);
    this.#change(key, { failure: null, again: false, sent: 0 });
    try {
      const place = { collection_id: null, path: '' };
      const sent = (part: number): void => this.#change(key, { sent: part });
      const document = await this.api.documents.add(file, place, sent, abort.signal);
      this.#arrived(key, document);
    } catch (error) {
      if (!abort.signal.aborted)
        this.#change(key, { failure: sentence(error), again: isPassing(error) });
    }
    this.#sending.delete(key);
    this.#save();
  }

  #arrived(key: number, document: Document): void {
    const { id, duplicate } = document;
    // The same file may be chosen already, under another name.
    if (this.items.some((item) => item.id === id)) return this.#drop([key]);
    const name = lastName(document.filename);
    this.#change(key, { id, name, sent: 1, added: !duplicate });
    this.#learn(key, document);
    // What happened before the answer was here, nobody has told.
    void this.#look(key);
  }

  async #look(key: number): Promise<void> {
    const before = this.#find(key);
    if (!before?.id) return;
    try {
      const document = await this.api.documents.get(before.id);
      // News that came meanwhile are newer.
      if (this.#find(key)?.work === before.work) this.#learn(key, document);
    } catch (error) {
      if (isMissing(error)) this.#gone(key);
    }
  }

  async #retry(key: number, id: string): Promise<void> {
    try {
      this.#learn(key, await this.api.documents.retry(id));
    } catch (error) {
      this.#change(key, { failure: sentence(error) });
    }
  }

  #learn(key: number, work: Document): void {
    const isFailed = isOver(work);
    this.#change(key, { work, failure: isFailed ? workOn(work) : null, again: isFailed });
  }

  #gone(key: number): void {
    this.#change(key, { id: null, work: null, failure: t('attach.gone'), again: false });
    this.#save();
  }

  #putBack(taken: readonly ChosenSource[]): void {
    this.items = [...taken, ...this.items];
    // What happened to them meanwhile, they did not hear.
    this.missed();
  }

  #item({ kind, id, name, use = 'auto' }: Source, added: boolean): ChosenSource {
    const key = this.#next++;
    const state = { sent: 1, work: null, failure: null, again: false };
    return { key, kind, id, name, use, added, plain: false, ...state };
  }

  #find(key: number): ChosenSource | undefined {
    return this.items.find((item) => item.key === key);
  }

  /** Something about one that may have been taken out meanwhile. */
  #change(key: number, changes: Partial<ChosenSource>): void {
    this.items = this.items.map((item) => (item.key === key ? { ...item, ...changes } : item));
  }

  #drop(keys: readonly number[]): void {
    this.items = this.items.filter(({ key }) => !keys.includes(key));
    keys.forEach((key) => this.#files.delete(key));
  }

  #save(): void {
    this.#write(this.owner.id, this.items);
  }

  #write(id: string | null, items: readonly ChosenSource[]): void {
    const kept = this.owner.temporary ? [] : items;
    writeDraftSources(
      id,
      kept.flatMap((item) => {
        const source = sourceOf(item);
        return source ? { source, added: item.added } : [];
      }),
    );
  }
}

/** Whether a document is read at this moment, or will be. */
export function isBeingRead({ work }: ChosenSource): boolean {
  return work !== null && isBusy(work);
}

function sourceOf({ kind, id, name, use }: ChosenSource): Source | null {
  return id === null ? null : { kind, id, name, use };
}
