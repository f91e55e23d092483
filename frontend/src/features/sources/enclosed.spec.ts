import { beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '$lib/api/api';
import { ApiError } from '$lib/api/errors';
import { eventually } from '$lib/eventually';
import { keepFor } from '$lib/own-storage';
import { serving } from '../documents/scripted-documents';
import { MOST_BYTES } from '../files/attached';
import { Enclosed } from './enclosed.svelte';

beforeEach(() => {
  localStorage.clear();
  keepFor('ada');
});

const make = (scopes = ['documents:read', 'documents:write']) => {
  const { api: documents, calls } = serving();
  const add = vi.fn((file: File) =>
    Promise.resolve({ id: file.name, kind: 'text', filename: file.name, size: 1, media_type: '' }),
  );
  const content = vi.fn(() => Promise.resolve(new Blob(['x'])));
  const remove = vi.fn(() => Promise.resolve());
  const api = { ...documents, files: { add, content, remove } } as unknown as Api;
  const asker = { may: (scope: string) => scopes.includes(scope) };
  const again = () => new Enclosed(api, { id: null, temporary: false }, asker);
  return { enclosed: again(), again, add, remove, calls };
};
const fileOf = (name: string, type = '', size = 1) => {
  const file = new File(['x'], name, { type });
  Object.defineProperty(file, 'size', { value: size });
  return file;
};
const names = ({ files, sources }: Enclosed) => [
  files.items.map(({ name }) => name),
  sources.items.map(({ name }) => name),
];

const ALL = ['report.pdf', 'notes.md', 'page.html', 'cat.png', 'table.xlsx', 'data.csv', 'a.py'];

it('has documents and prose read, and takes pictures, code and data as they are', () => {
  const { enclosed } = make();
  enclosed.add(ALL.map((name) => fileOf(name)));
  expect(names(enclosed)).toEqual([
    ['cat.png', 'data.csv', 'a.py'],
    ['report.pdf', 'notes.md', 'page.html', 'table.xlsx'],
  ]);
});

it.each(['documents:read', 'documents:write'])('takes all as it is with %s alone', (scope) => {
  const { enclosed } = make([scope]);
  enclosed.add(ALL.map((name) => fileOf(name)));
  expect([enclosed.reads, ...names(enclosed)]).toEqual([false, ALL, []]);
});

it('has passages of a file found, and a text go as it is', async () => {
  const { enclosed, remove, calls } = make();
  enclosed.add([fileOf('data.csv'), fileOf('notes.md'), fileOf('report.pdf')]);
  await eventually(() => expect(enclosed.ready).toBe(true));
  const [csv] = enclosed.files.items;
  await enclosed.asDocument(csv?.key ?? 0);
  expect(names(enclosed)).toEqual([[], ['notes.md', 'report.pdf', 'data.csv']]);
  expect(remove).toHaveBeenCalledWith('data.csv');
  await eventually(() => expect(enclosed.ready).toBe(true));
  expect(enclosed.sources.items.map(({ use, plain }) => [use, plain])).toEqual([
    ['auto', true],
    ['auto', false],
    ['passages', true],
  ]);
  const [notes, , table] = enclosed.sources.items;
  enclosed.asFile(notes?.key ?? 0);
  enclosed.asFile(table?.key ?? 0);
  expect(names(enclosed)).toEqual([['notes.md', 'data.csv'], ['report.pdf']]);
  expect(calls.remove).toHaveBeenCalledTimes(2);
});

it('finds passages of a file that the server has kept since before a reload', async () => {
  const { enclosed, again, calls } = make();
  enclosed.add([fileOf('data.csv')]);
  await eventually(() => expect(enclosed.ready).toBe(true));
  const later = again();
  await later.asDocument(later.files.items[0]?.key ?? 0);
  expect(names(later)).toEqual([[], ['data.csv']]);
  expect(calls.add.mock.lastCall?.[0].name).toBe('data.csv');
});

it('has a text read that is too long to go as it is', () => {
  const { enclosed } = make();
  enclosed.add([
    fileOf('book.txt', 'text/plain', MOST_BYTES + 1),
    fileOf('long.csv', 'text/csv', MOST_BYTES + 1),
  ]);
  expect(names(enclosed)).toEqual([['long.csv'], ['book.txt']]);
});

it.each([415, 413])('has read what is refused as a file (%i)', async (status) => {
  const { enclosed, add } = make();
  const problem = { type: '', title: '', status, detail: 'No.', code: 'x' };
  add.mockRejectedValueOnce(new ApiError(problem));
  enclosed.add([fileOf('odd')]);
  await eventually(() => expect(names(enclosed)).toEqual([[], ['odd']]));
});

it('gives all of it to a turn, and takes it back', async () => {
  const { enclosed } = make();
  enclosed.sources.name({ kind: 'collection', id: 'r', name: 'Reports', use: 'auto' });
  expect([enclosed.any, enclosed.speaks]).toEqual([true, false]);
  enclosed.add([fileOf('data.csv'), fileOf('report.pdf')]);
  await eventually(() => expect(enclosed.ready).toBe(true));
  expect(enclosed.speaks).toBe(true);
  const { files, sources, done } = enclosed.take();
  expect([files.map(({ id }) => id), sources.map(({ id }) => id)]).toEqual([
    ['data.csv'],
    ['r', 'report.pdf'],
  ]);
  done(false);
  expect(names(enclosed)).toEqual([['data.csv'], ['Reports', 'report.pdf']]);
});

it('takes no more than a message may have, and says so', () => {
  const { enclosed } = make();
  enclosed.add(Array.from({ length: 15 }, (_, n) => fileOf(`${n}.pdf`)));
  enclosed.add(Array.from({ length: 15 }, (_, n) => fileOf(`${n}.py`)));
  expect([enclosed.sources.documents, enclosed.files.items.length]).toEqual([15, 5]);
  expect(enclosed.files.notice).toBe('A message takes 20 files at most.');
  enclosed.name({ kind: 'document', id: 'd', name: 'letter.docx', use: 'auto' });
  enclosed.name({ kind: 'collection', id: 'r', name: 'Reports', use: 'auto' });
  expect(enclosed.sources.items).toHaveLength(16);
});
