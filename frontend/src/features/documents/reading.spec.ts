import { describe, expect, it, vi } from 'vitest';
import type { Api } from '$lib/api/api';
import type { WhichPassages } from '$lib/api/document-calls';
import type { ReadPassage, ReadPassages } from '$lib/api/types';
import { Reading } from './reading.svelte';

/** A document of so many passages, and what was asked of it. */
function reading(total: number) {
  const asked = vi.fn((_id: string, which: WhichPassages): Promise<ReadPassages> => {
    const named =
      'passage' in which ? Number(which.passage) : 'around' in which ? which.around : null;
    const at = named === null || named >= total ? null : named;
    const begin = 'start' in which ? which.start : 0;
    const start = at === null ? begin : Math.max(0, at - which.limit / 2);
    const length = Math.max(0, Math.min(which.limit, total - start));
    const items = Array.from({ length }, (_, index): ReadPassage => {
      const number = start + index;
      return { id: String(number), number, page: null, headings: [], blocks: [] };
    });
    return Promise.resolve({ items, total, at });
  });
  const api = { documents: { passages: asked } } as unknown as Api;
  const made = new Reading(api, 'd');
  const held = () => [made.passages[0]?.number, made.passages.at(-1)?.number];
  const more = (end: 'before' | 'after') =>
    made.more(end, (take) => {
      take();
      return Promise.resolve();
    });
  return { made, asked, held, more };
}

describe('reading a document', () => {
  it('begins around what is cited', async () => {
    const { made, held } = reading(1_000);
    expect(await made.open({ passage: '500' })).toBe(500);
    expect(held()).toEqual([480, 519]);
    expect([made.isBefore, made.isAfter]).toEqual([true, true]);
  });

  it('begins at the beginning where no place is named, or none that is there', async () => {
    const { made, held } = reading(10);
    expect(await made.open({ passage: '77' })).toBeNull();
    expect(held()).toEqual([0, 9]);
    expect([made.isBefore, made.isAfter]).toEqual([false, false]);
  });

  it('asks nothing for a place that is here', async () => {
    const { made, asked } = reading(1_000);
    await made.open({ around: 0 });
    expect(await made.open({ passage: '7' })).toBe(7);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('goes on at both ends, up to them', async () => {
    const { made, held, more } = reading(100);
    await made.open({ around: 50 });
    await more('before');
    expect(held()).toEqual([0, 69]);
    await more('before');
    await more('after');
    expect(held()).toEqual([0, 99]);
    expect([made.isBefore, made.isAfter]).toEqual([false, false]);
  });

  it('holds no more than a browser shows at ease, in one piece', async () => {
    const { made, held, more } = reading(10_000);
    await made.open({ around: 5_000 });
    for (let time = 0; time < 10; time += 1) await more('after');
    expect(held()).toEqual([5_220, 5_419]);
    for (let time = 0; time < 10; time += 1) await more('before');
    expect(made.passages.map(({ number }) => number)).toEqual(
      Array.from({ length: 200 }, (_, index) => 4_820 + index),
    );
  });

  it('says what went wrong, and can be asked once more', async () => {
    const { made, asked } = reading(10);
    asked.mockRejectedValueOnce(new Error('gone'));
    await made.open({});
    expect(made.state).toBe('failed');
    await made.open({});
    expect(made.state).toBe('ready');
  });
});
