/** For specs: a server that holds some documents, and says what it was asked. */
import { vi } from 'vitest';
import type { Api } from '$lib/api/api';
import type { WhichDocuments } from '$lib/api/document-calls';
import type { Collection, Document, Documents } from '$lib/api/types';

export function documentOf(id: string, changes: Partial<Document> = {}): Document {
  return {
    id,
    collection_id: null,
    filename: `${id}.pdf`,
    title: '',
    media_type: 'application/pdf',
    size: 1,
    status: 'ready',
    stage: '',
    progress: 1,
    pages_read: 0,
    pages: null,
    chunks: 1,
    notes: [],
    error: null,
    mine: true,
    url: null,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...changes,
  };
}

export function serving(...held: Document[]) {
  const server = { items: held };
  const list = vi.fn((which: WhichDocuments): Promise<Documents> => {
    const { collection_id, status, cursor, limit } = which;
    const all = server.items
      .filter((one) => !collection_id || one.collection_id === collection_id)
      .filter((one) => !status || one.status === status);
    const from = Number(cursor ?? 0);
    const next_cursor = from + limit < all.length ? String(from + limit) : null;
    return Promise.resolve({ items: all.slice(from, from + limit), next_cursor });
  });
  const get = vi.fn((id: string) =>
    Promise.resolve({ ...server.items.find((one) => one.id === id), outline: [] }),
  );
  const remove = vi.fn((id: string) => {
    server.items = server.items.filter((one) => one.id !== id);
    return Promise.resolve();
  });
  const add = vi.fn((file: File): Promise<Document> => {
    const made = documentOf(file.name, { filename: file.name, status: 'queued' });
    server.items = [made, ...server.items];
    return Promise.resolve(made);
  });
  const addPage = vi.fn((url: string, collection_id: string | null): Promise<Document> => {
    const made = documentOf(url, { url, collection_id, status: 'queued' });
    server.items = [made, ...server.items];
    return Promise.resolve(made);
  });
  const collections = { list: vi.fn(() => Promise.resolve({ items: [] as Collection[] })) };
  const calls = { list, get, remove, add, addPage };
  return { api: { documents: calls, collections } as unknown as Api, calls, server, collections };
}
