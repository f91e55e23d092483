import { describe, expect, it, vi } from 'vitest';
import type { Api } from '$lib/api/api';
import { NetworkError } from '$lib/api/errors';
import type { Document } from '$lib/api/types';
import { MOST_BYTES } from './limits';
import { documentOf } from './scripted-documents';
import { Uploads } from './uploads.svelte';

const sent = (name: string, path = '') => ({ file: new File(['x'], name), path });
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A server that takes files in when it is told to. */
function waiting() {
  const asked: { name: string; take: (document: Document) => void; fail: (e: Error) => void }[] =
    [];
  const add = vi.fn(
    (file: File, _place: unknown, _sent: unknown, signal: AbortSignal) =>
      new Promise<Document>((take, fail) => {
        asked.push({ name: file.name, take, fail });
        signal.addEventListener('abort', () => fail(new NetworkError('Given up.')));
      }),
  );
  const arrived: string[] = [];
  const api = { documents: { add } } as unknown as Api;
  const uploads = new Uploads(api, ({ id }) => void arrived.push(id));
  return { uploads, asked, add, arrived };
}

describe('Uploads', () => {
  it('sends two at a time, and where they belong', async () => {
    const { uploads, asked, add, arrived } = waiting();
    uploads.add([sent('a', 'x/a'), sent('b'), sent('c')], 'shelf');
    expect(asked.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(add.mock.calls[0]?.[1]).toEqual({ collection_id: 'shelf', path: 'x/a' });
    asked[0]?.take(documentOf('1'));
    await settled();
    expect(asked.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect([arrived, uploads.over, uploads.all]).toEqual([['1'], 1, 3]);
  });

  it('says what was there already', async () => {
    const { uploads, asked } = waiting();
    uploads.add([sent('a')], null);
    asked[0]?.take(documentOf('1', { duplicate: true }));
    await settled();
    expect(uploads.items).toMatchObject([{ state: 'there', document: '1' }]);
    expect(uploads.busy).toBe(false);
  });

  it('sends again what did not get through', async () => {
    const { uploads, asked } = waiting();
    uploads.add([sent('a')], null);
    asked[0]?.fail(new NetworkError('Away.'));
    await settled();
    const [item] = uploads.items;
    expect(item).toMatchObject({ state: 'failed', again: true });
    uploads.again(item?.key ?? 0);
    asked[1]?.take(documentOf('1'));
    await settled();
    expect([uploads.items.length, uploads.over]).toEqual([0, 1]);
  });

  it('does not send what is too large', () => {
    const { uploads, add } = waiting();
    const file = new File(['x'], 'huge');
    Object.defineProperty(file, 'size', { value: MOST_BYTES + 1 });
    uploads.add([{ file, path: '' }], null);
    expect(uploads.items).toMatchObject([{ state: 'failed', again: false }]);
    expect(add).not.toHaveBeenCalled();
  });

  it('gives one up, or all', async () => {
    const { uploads, asked } = waiting();
    uploads.add([sent('a'), sent('b'), sent('c'), sent('d')], null);
    uploads.dismiss(uploads.items[0]?.key ?? 0);
    await settled();
    expect(asked.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    uploads.clear();
    await settled();
    expect([uploads.items, asked.length, uploads.busy]).toEqual([[], 3, false]);
  });
});
