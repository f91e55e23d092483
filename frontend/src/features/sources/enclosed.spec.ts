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

const make = () => {
  const { api: documents } = serving();
  const add = vi.fn((file: File) =>
    Promise.resolve({ id: file.name, kind: 'text', filename: file.name, size: 1, media_type: '' }),
  );
  const api = { ...documents, files: { add } } as unknown as Api;
  return { enclosed: new Enclosed(api, { id: null, temporary: false }), add };
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

it('has documents read, and takes texts, pictures and data as they are', () => {
  const { enclosed } = make();
  const all = ['report.pdf', 'notes.md', 'letter.docx', 'cat.png', 'table.xlsx', 'data.csv'];
  enclosed.add(all.map((name) => fileOf(name)));
  expect(names(enclosed)).toEqual([
    ['notes.md', 'cat.png', 'table.xlsx', 'data.csv'],
    ['report.pdf', 'letter.docx'],
  ]);
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
  enclosed.add([fileOf('notes.md'), fileOf('report.pdf')]);
  await eventually(() => expect(enclosed.ready).toBe(true));
  expect(enclosed.speaks).toBe(true);
  const { files, sources, done } = enclosed.take();
  expect([files.map(({ id }) => id), sources.map(({ id }) => id)]).toEqual([
    ['notes.md'],
    ['r', 'report.pdf'],
  ]);
  done(false);
  expect(names(enclosed)).toEqual([['notes.md'], ['Reports', 'report.pdf']]);
});

it('takes no more than a message may have, and says so', () => {
  const { enclosed } = make();
  enclosed.add(Array.from({ length: 15 }, (_, n) => fileOf(`${n}.pdf`)));
  enclosed.add(Array.from({ length: 15 }, (_, n) => fileOf(`${n}.md`)));
  expect([enclosed.sources.documents, enclosed.files.items.length]).toEqual([15, 5]);
  expect(enclosed.files.notice).toBe('A message takes 20 files at most.');
  enclosed.name({ kind: 'document', id: 'd', name: 'letter.docx', use: 'auto' });
  enclosed.name({ kind: 'collection', id: 'r', name: 'Reports', use: 'auto' });
  expect(enclosed.sources.items).toHaveLength(16);
});
