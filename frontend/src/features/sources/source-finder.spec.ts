import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Collection } from '$lib/api/types';
import { documentOf, serving } from '../documents/scripted-documents';
import { SourceFinder } from './source-finder.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const make = () => {
  const scripted = serving(documentOf('report'), documentOf('letter'));
  const collections = ['Reports', 'Letters'].map((name) => ({ id: name, name }) as Collection);
  scripted.collections.list.mockResolvedValue({ items: collections });
  const finder = new SourceFinder(scripted.api);
  const found = () => [
    finder.collections.map(({ name }) => name),
    finder.documents.map(({ id }) => id),
  ];
  return { ...scripted, finder, found };
};

it('offers what is ready at once, and asks the server for what is typed', async () => {
  const { finder, found, calls } = make();
  finder.begin('');
  await vi.runAllTimersAsync();
  expect(found()).toEqual([
    ['Reports', 'Letters'],
    ['report', 'letter'],
  ]);
  finder.find('rep');
  // Until the answer is here, what is known already is narrowed.
  expect(found()).toEqual([['Reports'], ['report']]);
  await vi.runAllTimersAsync();
  expect(calls.list).toHaveBeenLastCalledWith({
    collection_id: null,
    status: 'ready',
    q: 'rep',
    cursor: null,
    limit: 8,
  });
});

it('asks once for a word that is typed fast', async () => {
  const { finder, calls } = make();
  finder.begin('r');
  finder.find('re');
  finder.find('rep');
  await vi.runAllTimersAsync();
  expect(calls.list).toHaveBeenCalledTimes(1);
});

it('takes no answer to what is not asked any more', async () => {
  const { finder, found, calls } = make();
  let answer: (value: never) => void = () => undefined;
  calls.list.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
  finder.begin('old');
  await vi.runAllTimersAsync();
  finder.find('rep');
  await vi.runAllTimersAsync();
  answer({ items: [documentOf('old')], next_cursor: null } as never);
  await vi.runAllTimersAsync();
  expect(found()[1]).toEqual(['report', 'letter']);
});
