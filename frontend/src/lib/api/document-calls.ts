import type { Client } from './client';
import type {
  Collection,
  CollectionChanges,
  Collections,
  Document,
  Documents,
  DocumentStatus,
  NewCollection,
  Passages,
  ReadPassages,
  WholeDocument,
} from './types';

/** Which page of which documents; what is left out or empty is not asked for. */
export interface WhichDocuments {
  collection_id: string | null;
  status: DocumentStatus | null;
  q: string;
  cursor: string | null;
  limit: number;
}

/** Where a file goes; `path` are its folders and its name where a folder is sent. */
export interface Place {
  collection_id: string | null;
  path: string;
}

/** Which passages of a document: from one on, or those around one. */
export type WhichPassages = { limit: number } & (
  { start: number } | { around: number } | { passage: string } | { page: number }
);

/** A question to documents; to all that one may read where none are named. */
export interface Question {
  query: string;
  collection_ids?: string[];
  document_ids?: string[];
  k: number;
}

/** The calls about collections of documents. */
export class CollectionCalls {
  constructor(private readonly client: Client) {}

  list(): Promise<Collections> {
    return this.client.request('collections');
  }

  create(collection: NewCollection): Promise<Collection> {
    return this.client.request('collections', { method: 'POST', body: collection });
  }

  patch(id: string, changes: CollectionChanges): Promise<Collection> {
    return this.client.request(`collections/${id}`, { method: 'PATCH', body: changes });
  }

  remove(id: string): Promise<void> {
    return this.client.remove(`collections/${id}`, false);
  }
}

/** The calls about documents and what is found in them. */
export class DocumentCalls {
  constructor(private readonly client: Client) {}

  list(which: WhichDocuments): Promise<Documents> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(which)) if (value) query.set(name, String(value));
    return this.client.request(`documents?${query}`);
  }

  get(id: string): Promise<WholeDocument> {
    return this.client.request(`documents/${id}`);
  }

  /** Sends a file; `sent` hears how much of it has gone, from 0 to 1. */
  add(
    file: File,
    { collection_id, path }: Place,
    sent: (part: number) => void,
    signal: AbortSignal,
  ): Promise<Document> {
    const fields = { ...(collection_id && { collection_id }), ...(path && { path }) };
    return this.client.upload('documents', file, sent, 'POST', signal, fields);
  }

  /** Has a page of the web read as a document. */
  addPage(url: string, collection_id: string | null, signal: AbortSignal): Promise<Document> {
    const fields = { url, ...(collection_id && { collection_id }) };
    return this.client.upload('documents', null, () => undefined, 'POST', signal, fields);
  }

  /** The file as it was sent. */
  content(id: string): Promise<Blob> {
    return this.client.blob(`documents/${id}/file`);
  }

  /** What was read of it, in its order. */
  passages(id: string, which: WhichPassages, signal: AbortSignal): Promise<ReadPassages> {
    const query = new URLSearchParams(
      Object.entries(which).map(([name, value]) => [name, String(value)]),
    );
    return this.client.request(`documents/${id}/passages?${query}`, { signal });
  }

  save(id: string): Promise<void> {
    return this.client.download(`documents/${id}/file`);
  }

  cancel(id: string): Promise<Document> {
    return this.client.request(`documents/${id}/cancel`, { method: 'POST' });
  }

  retry(id: string): Promise<Document> {
    return this.client.request(`documents/${id}/retry`, { method: 'POST' });
  }

  remove(id: string, leaving: boolean): Promise<void> {
    return this.client.remove(`documents/${id}`, leaving);
  }

  retrieve(question: Question, signal: AbortSignal): Promise<Passages> {
    return this.client.request('retrieve', { method: 'POST', body: question, signal });
  }
}
