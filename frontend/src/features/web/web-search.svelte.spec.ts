import { flushSync } from 'svelte';
import { beforeEach, expect, it } from 'vitest';
import { keepFor } from '$lib/own-storage';
import { WebSearch } from './web-search.svelte';

beforeEach(() => {
  localStorage.clear();
  keepFor('ada');
});

const on = (id: string | null) => new WebSearch({ id, temporary: false }).on;

it('is off until somebody says otherwise, and remembers that for each conversation', () => {
  expect(on('a')).toBe(false);
  new WebSearch({ id: 'a', temporary: false }).toggle();
  expect([on('a'), on('b'), on(null)]).toEqual([true, false, false]);
});

it('leaves nothing behind once it is off', () => {
  const search = new WebSearch({ id: 'a', temporary: false });
  search.toggle();
  search.toggle();
  expect(localStorage).toHaveLength(0);
});

it('stays with a new chat that gets its id, and the next one begins without', () => {
  const owner: { id: string | null; temporary: boolean } = { id: null, temporary: false };
  const search = new WebSearch(owner);
  search.toggle();
  expect(on(null)).toBe(true);
  search.name('a');
  owner.id = 'a';
  expect([search.on, on('a'), on(null)]).toEqual([true, true, false]);
});

it('is known to a chat that was made before somebody signed in', () => {
  new WebSearch({ id: null, temporary: false }).toggle();
  keepFor(null);
  const search = new WebSearch({ id: null, temporary: false });
  keepFor('ada');
  expect(search.on).toBe(true);
});

it('goes with a new chat that becomes a temporary one, of which nothing is kept', () => {
  new WebSearch({ id: null, temporary: false }).toggle();
  const search = new WebSearch({ id: null, temporary: true });
  search.keep();
  expect([search.on, on(null), localStorage.length]).toEqual([true, false, 0]);
});

it('keeps nothing of a temporary chat until that is saved', () => {
  const owner = { id: 't', temporary: true };
  const search = new WebSearch(owner);
  search.toggle();
  expect(localStorage).toHaveLength(0);
  owner.temporary = false;
  search.keep();
  expect(on('t')).toBe(true);
});

it('is seen to change by whoever shows it', () => {
  const search = new WebSearch({ id: 'a', temporary: false });
  const seen: boolean[] = [];
  const stop = $effect.root(() => {
    $effect(() => void seen.push(search.on));
  });
  flushSync();
  search.toggle();
  flushSync();
  stop();
  expect(seen).toEqual([false, true]);
});
