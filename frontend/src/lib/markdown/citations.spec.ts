import { describe, expect, it } from 'vitest';
import { BlockStream } from './blocks';
import { markCitations, markerAt, nextMarker, pointedAt, type Cited } from './citations';
import { completeInline } from './complete';
import { lexInline, renderInline } from './parse';
import { put } from './put';

const SOURCES = new Map<number, Cited>(
  [1, 2, 3].map((number) => [
    number,
    { label: `Source ${number}`, href: `/documents/${number}`, apart: false },
  ]),
);

/** A paragraph as it is shown, its numbers marked. */
function shown(text: string, sources: ReadonlyMap<number, Cited> = SOURCES): HTMLElement {
  const element = document.createElement('p');
  put(element, renderInline(lexInline(text, {})));
  markCitations(element, sources);
  return element;
}

const linked = (element: Element) =>
  [...element.querySelectorAll<HTMLElement>('[data-citation]')].map(
    ({ dataset }) => dataset['citation'],
  );

describe('a marker', () => {
  it.each([
    ['[1] and', [1]],
    ['[12][3]', [12]],
    ['[1, 2;4]', [1, 2, 4]],
    ['[1-3]', [1, 2, 3]],
    ['[1–2, 2]', [1, 2]],
    ['[3-1]', []],
  ])('is found in %j', (text, numbers) => {
    expect(markerAt(text)?.numbers).toEqual(numbers);
  });

  it.each(['[1](https://example.org)', '[^1]', '[a]', '[12345]', 'x[1]', '[1', '[]', '[1,]'])(
    'is not found in %j',
    (text) => expect(markerAt(text)).toBeUndefined(),
  );

  it('is looked for where a number follows a bracket', () => {
    expect([nextMarker('see [a] or [1]'), nextMarker('nothing')]).toEqual([11, -1]);
  });

  it('names no more numbers than a range may have', () => {
    expect(markerAt('[1-9999]')?.numbers).toHaveLength(101);
  });
});

describe('what is pointed at', () => {
  it('comes in the order of the text', () => {
    expect(pointedAt('It is [3], or [1, 3] and [2].')).toEqual([3, 1, 2]);
  });

  it('is not what code says', () => {
    expect(pointedAt('`a[1]`\n\n```js\nb[2]\n```\n\nbut [3]')).toEqual([3]);
  });
});

describe('a text', () => {
  it('links the numbers that are sources', () => {
    const link = shown('It is so [2].').querySelector('a');
    expect(link?.getAttribute('aria-label')).toBe('Source 2');
    expect(link?.getAttribute('href')).toBe('/documents/2');
    expect(link?.textContent).toBe('[2]');
  });

  it.each([
    ['one [1][2]', ['1', '2']],
    ['both [1, 3]', ['1', '3']],
    ['all [1-3]', ['1', '2', '3']],
    ['**bold [1]** and word[2]', ['1', '2']],
    ['some [1, 9]', ['1']],
    ['none [9]', []],
    ['code `a[1]`', []],
    ['$x[1]$', []],
    ['[see [1] there](https://example.org)', []],
    ['[1](https://example.org)', []],
    ['escaped \\[1]', []],
  ])('of %j links %j', (text, numbers) => {
    expect(linked(shown(text))).toEqual(numbers);
  });

  it('keeps what was written where a number is no source', () => {
    expect(shown('see [9] or [1, 9]').textContent).toBe('see [9] or [1][9]');
  });

  it('leaves the definition of a link alone', () => {
    const [block] = new BlockStream().finish('see [1]\n\n[1]: https://example.org');
    expect(JSON.stringify(block?.token)).toContain('"type":"link"');
  });

  it('opens what is elsewhere in a tab of its own, without saying where from', () => {
    const web = new Map([[1, { label: 'Web', href: 'https://example.org/', apart: true }]]);
    const link = shown('see [1]', web).querySelector('a');
    expect([link?.target, link?.rel]).toEqual(['_blank', 'noopener noreferrer']);
  });

  it('is no link where it leads nowhere, and says what it is', () => {
    const nowhere: Cited = { label: 'Source 1: A document', href: null, apart: true };
    const [mark] = shown('see [1]', new Map([[1, nowhere]])).querySelectorAll('[data-citation]');
    expect(mark?.localName).toBe('span');
    expect(mark?.getAttribute('title')).toBe('Source 1: A document');
    expect(mark?.textContent).toBe('[1]');
  });

  it('keeps its links when nothing about them has changed', () => {
    const element = shown('see [1]');
    const before = element.querySelector('a');
    markCitations(element, new Map(SOURCES));
    expect(element.querySelector('a')).toBe(before);
    markCitations(element, new Map());
    expect(element.textContent).toBe('see [1]');
  });
});

describe('a marker that is half there', () => {
  it.each(['see [', 'see [1', 'see [12', 'see [1, ', 'see [1, 2', 'see [1-'])(
    '%j is not seen yet',
    (text) => expect(completeInline(text)).toBe('see '),
  );

  it('is a marker once it is whole', () => {
    expect(completeInline('see [12]')).toBe('see [12]');
  });

  it('does not change the blocks before it', () => {
    const stream = new BlockStream();
    const [first] = stream.grow('one [1]\n\ntwo\n\nthree [');
    expect(stream.grow('one [1]\n\ntwo\n\nthree [1] and')[0]).toBe(first);
  });
});
