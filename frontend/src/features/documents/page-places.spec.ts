import { describe, expect, it } from 'vitest';
import { pageAt, partsOf } from './page-places';

describe('pageAt', () => {
  it.each([
    [0, 1],
    [799, 1],
    [800, 2],
    [2_500, 4],
    [99_999, 5],
  ])('finds the page at %i', (sight, page) => {
    expect(pageAt((index) => index * 800, 5, sight)).toBe(page);
  });
});

describe('partsOf', () => {
  const texts = ['One.', 'It begins here and goes\n2', 'on there. Then something else.', 'Four.'];
  const paged = {
    pages: texts.length,
    wordsOf: (n: number) => Promise.resolve(texts[n - 1] ?? ''),
  };

  it('divides a passage among its pages', async () => {
    const parts = await partsOf('It begins here and goes', 2, paged);
    expect([...parts]).toEqual([[2, 'It begins here and goes']]);
  });

  it('ends with the document', async () => {
    expect(await partsOf('Four.', 4, paged)).toEqual(new Map([[4, 'Four']]));
    expect(await partsOf('Four.', 9, paged)).toEqual(new Map());
  });
});
