import { untrack } from 'svelte';
import type { Api } from '$lib/api/api';
import type { Attachment, Source } from '$lib/api/types';
import { t } from '$lib/i18n';
import { isForReading, isProse } from '../documents/kinds';
import { Tray } from '../files/attachments.svelte';
import { MOST_BYTES, MOST_FILES } from '../files/attached';
import { Chosen, type Owner } from './chosen.svelte';

/** Tables are for code, however long they are. */
const TABLES = /\.(?:csv|tsv)$/i;

/** Who writes; not everybody may keep documents. */
interface Asker {
  may(scope: string): boolean;
}

/** What goes with the next prompt of one conversation: files, and what it is answered from. */
export class Enclosed {
  readonly files: Tray;
  readonly sources: Chosen;

  readonly ready = $derived.by(() => this.files.ready && this.sources.ready);
  /** Whether a prompt needs no words beside it. */
  readonly speaks = $derived.by(() => this.files.items.length + this.sources.documents > 0);
  readonly any = $derived.by(() => this.files.items.length + this.sources.items.length > 0);

  constructor(
    api: Api,
    owner: Owner,
    private readonly asker: Asker,
  ) {
    this.sources = new Chosen(api, owner);
    this.files = new Tray(api, owner, (refused) => this.sources.upload(refused));
  }

  /** Takes files in: those that have to be read as documents, and those that go as they are. */
  add(files: readonly File[]): void {
    const taken = files.slice(0, this.#room);
    const isRead = (file: File) => this.reads && isDocument(file);
    taken
      .filter(isRead)
      .forEach((file) => this.sources.upload(file, { plain: isProse(file) && !isLong(file) }));
    this.files.add(taken.filter((file) => !isRead(file)));
    if (taken.length < files.length) this.#full();
  }

  /** Whether the asker may have anything read as a document. */
  get reads(): boolean {
    return this.asker.may('documents:read') && this.asker.may('documents:write');
  }

  /** Has a file read as a document, of which passages are found. */
  async asDocument(key: number): Promise<void> {
    const file = await this.files.content(key);
    if (!file) return;
    this.files.remove(key);
    this.sources.upload(file, { use: 'passages', plain: true });
  }

  /** Has what was to be read as a document go as it is. */
  asFile(key: number): void {
    const file = this.sources.file(key);
    if (!file) return;
    this.sources.remove(key);
    this.files.add([file]);
  }

  /** Takes something that is there already. */
  name(source: Source): void {
    if (source.kind === 'document' && this.#room === 0) this.#full();
    else this.sources.name(source);
  }

  get #room(): number {
    return Math.max(0, MOST_FILES - this.files.items.length - this.sources.documents);
  }

  #full(): void {
    this.files.notice = t('attach.many', { count: MOST_FILES });
  }

  /** Empties it for a turn. `done` hears whether the turn was taken; else all is put back. */
  take(): { files: Attachment[]; sources: Source[]; done: (taken: boolean) => void } {
    const files = this.files.take();
    const sources = this.sources.take();
    return {
      files: files.files,
      sources: sources.sources,
      done: (accepted) => {
        files.done(accepted);
        sources.done(accepted);
      },
    };
  }
}

/** Whether something is read as a document: a text, too, that is too long to go as it is. */
function isDocument(file: File): boolean {
  const isLongText = isLong(file) && file.type.startsWith('text/') && !TABLES.test(file.name);
  return isLongText || isForReading(file);
}

function isLong({ size }: File): boolean {
  return size > MOST_BYTES;
}

const known = new WeakMap<Owner, Enclosed>();

/** What waits in a conversation's composer, as long as the tab keeps the conversation. */
export function enclosedIn(api: Api, chat: Owner, asker: Asker): Enclosed {
  const found = known.get(chat) ?? untrack(() => new Enclosed(api, chat, asker));
  known.set(chat, found);
  return found;
}
