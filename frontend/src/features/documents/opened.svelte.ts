import type { Api } from '$lib/api/api';
import { isMissing, sentence } from '$lib/api/errors';
import type { Document, DocumentChanged, WholeDocument } from '$lib/api/types';

/** One document that is looked at, and its file. */
export class Opened {
  state = $state<'loading' | 'ready' | 'failed' | 'gone'>('loading');
  failure = $state('');
  document = $state.raw<WholeDocument | null>(null);
  content = $state.raw<Blob | null>(null);
  /** Why there is no file. */
  missing = $state('');

  constructor(
    private readonly api: Api,
    readonly id: string,
    known: Document | undefined,
  ) {
    if (known) this.document = { ...known, outline: [] };
  }

  async load(): Promise<void> {
    try {
      this.document = await this.api.documents.get(this.id);
      this.state = 'ready';
    } catch (error) {
      if (isMissing(error)) this.state = 'gone';
      else if (this.state === 'loading') this.state = 'failed';
      this.failure = sentence(error);
    }
  }

  async loadContent(): Promise<void> {
    this.missing = '';
    try {
      this.content = await this.api.documents.content(this.id);
    } catch (error) {
      this.missing = sentence(error);
    }
  }

  heard({ id, status, ...facts }: DocumentChanged): void {
    if (id !== this.id) return;
    if (status === 'deleted') this.state = 'gone';
    else if (this.document) this.document = { ...this.document, ...facts, status };
    if (status === 'ready') void this.load();
  }

  /** Takes in what is known of it from elsewhere. */
  put(document: Document): void {
    if (document.id === this.id && this.document)
      this.document = { outline: this.document.outline, ...document };
  }

  missed(): void {
    void this.load();
    if (this.missing) void this.loadContent();
  }
}
