import type { Api } from '$lib/api/api';
import { ApiError, isPassing, sentence } from '$lib/api/errors';
import type { Attachment } from '$lib/api/types';
import { t } from '$lib/i18n';
import { fileSize } from '$lib/i18n/size';
import { MOST_BYTES, MOST_BYTES_IN_ALL, MOST_FILES } from './attached';
import { readDraftFiles, writeDraftFiles } from './draft-files';

/** A file in the composer: on its way to the server, there, or refused. */
export interface TrayItem {
  readonly key: number;
  readonly name: string;
  readonly size: number;
  picture: boolean;
  /** Where the browser finds a picture's thumbnail. */
  preview: string | null;
  /** The words of a long paste, which may still become part of the message. */
  readonly pasted: string | null;
  /** How much has gone to the server, from 0 to 1. */
  sent: number;
  file: Attachment | null;
  failure: string | null;
  /** Whether sending it again may help. */
  again: boolean;
}

/** A conversation whose id a new chat gets while it is written in. */
interface Owner {
  readonly id: string | null;
}

/** What will go with the next prompt of one conversation. */
export class Tray {
  items = $state<TrayItem[]>([]);
  /** Why something could not be added. */
  notice = $state<string | null>(null);

  readonly ready = $derived(this.items.every(({ file }) => file !== null));
  readonly pictures = $derived(this.items.some(({ picture }) => picture));
  readonly #sizes = $derived(this.items.reduce((sum, { size }) => sum + size, 0));

  #sources = new Map<number, File>();
  #sending = new Map<number, AbortController>();
  #next = 1;

  constructor(
    private readonly api: Api,
    private readonly owner: Owner,
    /** Takes what the server does not take as a file. */
    private readonly elsewhere: (file: File) => void,
  ) {
    this.items = readDraftFiles(owner.id).map((file) => this.#known(file));
  }

  add(files: readonly File[], pasted: string | null = null): void {
    this.notice = null;
    for (const file of files) {
      if (this.items.length >= MOST_FILES) {
        this.notice = t('attach.many', { count: MOST_FILES });
        return;
      }
      if (this.#sizes + file.size > MOST_BYTES_IN_ALL && file.size <= MOST_BYTES) {
        this.notice = t('attach.full', { size: fileSize(MOST_BYTES_IN_ALL) });
        return;
      }
      this.#take(file, pasted);
    }
  }

  again(key: number): void {
    const source = this.#sources.get(key);
    if (source) void this.#send(key, source);
  }

  remove(key: number): void {
    const item = this.#item(key);
    if (!item) return;
    this.notice = null;
    this.#sending.get(key)?.abort();
    if (item.file) void this.api.files.remove(item.file.id).catch(() => undefined);
    this.#drop([item]);
    this.#save();
  }

  /** A file as it was sent from here, or as the server has it. */
  async content(key: number): Promise<File | null> {
    const item = this.#item(key);
    const source = this.#sources.get(key);
    if (source || !item?.file) return source ?? null;
    try {
      return new File([await this.api.files.content(item.file.id)], item.name);
    } catch (error) {
      this.#change(key, { failure: sentence(error) });
      return null;
    }
  }

  /** A thumbnail cannot be shown: the server has not got the file any more, if it comes from there. */
  unshown(key: number): void {
    const item = this.#item(key);
    if (!item) return;
    const local = item.preview?.startsWith('blob:');
    item.preview = null;
    if (local) return;
    item.file = null;
    item.failure = t('attach.gone');
    item.again = this.#sources.has(key);
    this.#save();
  }

  /** Empties the tray for a turn. `done` hears whether the turn was taken; else all is put back. */
  take(): { files: Attachment[]; done: (taken: boolean) => void } {
    const taken = this.items;
    const { id } = this.owner;
    this.items = [];
    return {
      files: taken.flatMap(({ file }) => file ?? []),
      done: (accepted) => {
        if (accepted) this.#drop(taken);
        else this.items = [...taken, ...this.items];
        if (accepted && id === this.owner.id) this.#save();
        else writeDraftFiles(id, accepted ? [] : this.#uploaded());
      },
    };
  }

  #take(file: File, pasted: string | null): void {
    const key = this.#next++;
    const picture = file.type.startsWith('image/') && file.type !== 'image/svg+xml';
    const large = file.size > MOST_BYTES;
    this.#sources.set(key, file);
    this.items.push({
      key,
      name: file.name,
      size: file.size,
      picture,
      preview: picture ? URL.createObjectURL(file) : null,
      pasted,
      sent: 0,
      file: null,
      failure: large ? t('attach.large', { size: fileSize(MOST_BYTES) }) : null,
      again: false,
    });
    if (!large) void this.#send(key, file);
  }

  async #send(key: number, source: File): Promise<void> {
    const abort = new AbortController();
    this.#sending.set(key, abort);
    this.#change(key, { failure: null, sent: 0 });
    try {
      const file = await this.api.files.add(
        source,
        (sent) => this.#change(key, { sent }),
        abort.signal,
      );
      if (abort.signal.aborted) await this.api.files.remove(file.id);
      else this.#change(key, { file, ...this.#shown(file, key) });
    } catch (error) {
      if (abort.signal.aborted) return;
      if (isRefused(error)) this.#handOn(key, source);
      else this.#change(key, { failure: sentence(error), again: isPassing(error) });
    } finally {
      this.#sending.delete(key);
      this.#save();
    }
  }

  #handOn(key: number, source: File): void {
    const item = this.#item(key);
    if (!item) return;
    this.#drop([item]);
    this.elsewhere(source);
  }

  /** What a file is, the server finds out; the browser went by its name. */
  #shown(file: Attachment, key: number): Pick<TrayItem, 'picture' | 'preview'> {
    if (file.kind !== 'image') return { picture: false, preview: null };
    const preview = this.#item(key)?.preview ?? this.api.files.address(file.id);
    return { picture: true, preview };
  }

  /** Something about a file that may have been taken out meanwhile. */
  #change(key: number, changes: Partial<TrayItem>): void {
    const item = this.#item(key);
    if (item) Object.assign(item, changes);
  }

  #item(key: number): TrayItem | undefined {
    return this.items.find((item) => item.key === key);
  }

  #known(file: Attachment): TrayItem {
    const key = this.#next++;
    return {
      key,
      name: file.filename,
      size: file.size,
      ...this.#shown(file, key),
      pasted: null,
      sent: 1,
      file,
      failure: null,
      again: false,
    };
  }

  #drop(gone: readonly TrayItem[]): void {
    const keys = new Set(gone.map(({ key }) => key));
    this.items = this.items.filter(({ key }) => !keys.has(key));
    for (const { key, preview } of gone) {
      this.#sources.delete(key);
      if (preview?.startsWith('blob:')) URL.revokeObjectURL(preview);
    }
  }

  #uploaded(): Attachment[] {
    return this.items.flatMap(({ file }) => file ?? []);
  }

  #save(): void {
    writeDraftFiles(this.owner.id, this.#uploaded());
  }
}

/** Whether it is neither picture nor text nor data, or too long a text. */
function isRefused(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 415 || error.status === 413);
}
