import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Documents } from './documents.svelte';
import { documentOf, serving } from './scripted-documents';

const ids = ({ items }: Documents) => items.map(({ id }) => id);
const settled = () => vi.advanceTimersByTimeAsync(0);

async function listing(...held: Parameters<typeof serving>) {
  const { api, ...rest } = serving(...held);
  const documents = new Documents(api);
  documents.show({});
  await settled();
  return { documents, ...rest };
}

describe('Documents', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('lists the newest first, a page at a time', async () => {
    const many = Array.from({ length: 60 }, (_, n) =>
      documentOf(`d${n}`, { created_at: new Date(90_000_000 - n * 1_000).toISOString() }),
    );
    const { documents } = await listing(...many);
    expect([documents.state, documents.items.length, documents.more]).toEqual(['ready', 50, true]);
    await documents.loadMore();
    expect(ids(documents)).toEqual(many.map(({ id }) => id));
    expect(documents.more).toBe(false);
  });

  it('asks for both kinds of work that goes on', async () => {
    const { documents } = await listing(
      documentOf('a', { status: 'queued' }),
      documentOf('b', { status: 'processing' }),
      documentOf('c'),
    );
    documents.show({ filter: 'busy' });
    await settled();
    expect(ids(documents).sort()).toEqual(['a', 'b']);
  });

  it('follows the work, and reads what came of it', async () => {
    const { documents, server } = await listing(documentOf('a', { status: 'queued' }));
    documents.heard({ id: 'a', status: 'processing', stage: 'reading', pages_read: 3, pages: 9 });
    expect(documents.items[0]).toMatchObject({ status: 'processing', pages_read: 3 });
    server.items = [documentOf('a', { title: 'Bees' })];
    documents.heard({ id: 'a', status: 'ready' });
    await settled();
    expect(documents.items[0]).toMatchObject({ status: 'ready', title: 'Bees' });
  });

  it('leaves out what does not pass the filter any more', async () => {
    const { documents } = await listing(documentOf('a', { status: 'queued' }));
    documents.show({ filter: 'busy' });
    await settled();
    documents.heard({ id: 'a', status: 'failed', error: 'Locked.' });
    expect(ids(documents)).toEqual([]);
  });

  it('reads the list once more for all that is new', async () => {
    const { documents, calls, server, collections } = await listing();
    server.items = [documentOf('a'), documentOf('b')];
    documents.heard({ id: 'a', status: 'queued' });
    documents.heard({ id: 'b', status: 'queued' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ids(documents).sort()).toEqual(['a', 'b']);
    expect(calls.list).toHaveBeenCalledTimes(2);
    expect(collections.list).toHaveBeenCalledTimes(1);
  });

  it('believes the news more than a list that was on its way', async () => {
    const { documents, calls } = await listing(documentOf('a', { status: 'processing' }));
    void documents.load();
    documents.heard({ id: 'a', status: 'failed', error: 'Locked.' });
    await settled();
    expect(calls.list).toHaveBeenCalledTimes(2);
    expect(documents.items[0]).toMatchObject({ status: 'failed', error: 'Locked.' });
  });

  it('has a page of the web read, which is listed at once', async () => {
    const { documents, calls } = await listing();
    documents.show({ collection: 'shelf' });
    await settled();
    const { signal } = new AbortController();
    await documents.addPage('https://example.org/', signal);
    expect(calls.addPage).toHaveBeenCalledExactlyOnceWith('https://example.org/', 'shelf', signal);
    expect(documents.items).toMatchObject([{ url: 'https://example.org/', status: 'queued' }]);
  });

  it('hides what is to be deleted, and brings it back', async () => {
    const { documents, server } = await listing(documentOf('a'), documentOf('b'));
    const undo = documents.hide('a');
    expect(ids(documents)).toEqual(['b']);
    undo();
    expect(ids(documents)).toContain('a');
    documents.hide('a');
    await documents.remove('a', false);
    expect([ids(documents), server.items.length]).toEqual([['b'], 1]);
  });

  it('forgets all of it when somebody signs out', async () => {
    const { documents } = await listing(documentOf('a'));
    documents.clear();
    expect([documents.state, documents.items]).toEqual(['loading', []]);
  });
});
