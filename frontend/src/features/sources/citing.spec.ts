import { describe, expect, it } from 'vitest';
import type { Citation } from '$lib/api/types';
import {
  citedBy,
  headingsOf,
  labelOf,
  placeOf,
  pointedAtFirst,
  siteCited,
  whereOf,
} from './citing';
import { Reader } from './reader.svelte';
import { stageWords } from './stages';

const citation = (index: number, more: Partial<Citation> = {}): Citation => ({
  index,
  kind: 'document',
  document_id: 'd',
  title: 'report.pdf',
  page: 3,
  text: 'The code is 12.',
  score: 1,
  ...more,
});
const page = (more: Partial<Citation> = {}) =>
  citation(1, {
    kind: 'web',
    document_id: null,
    title: 'Bees',
    page: null,
    url: 'https://www.example.org/bees',
    ...more,
  });
const href = (path: string) => `/dost${path}`;

describe('a citation', () => {
  it('is called by its number and where it is said', () => {
    expect(labelOf(citation(1))).toBe('Source 1: report.pdf, page 3');
    expect(whereOf(citation(2, { page: null }))).toBe('report.pdf');
  });

  it('names no heading that its passage begins with', () => {
    const text = 'Stations\n\nThe code is 12.';
    expect(headingsOf({ headings: ['Manual', 'Stations'], text })).toEqual(['Manual']);
  });

  it('leads to its page, with the passage', () => {
    expect(citedBy([citation(1)], href, false).get(1)).toEqual({
      label: 'Source 1: report.pdf, page 3',
      href: '/dost/documents/d?page=3&text=The+code+is+12.',
      apart: false,
    });
  });

  it('of the web is called by its title and its site', () => {
    expect(labelOf(page())).toBe('Source 1: Bees, example.org');
    expect([siteCited(page()), siteCited(citation(1))]).toEqual(['example.org', null]);
    expect(labelOf(page({ title: ' ' }))).toBe('Source 1: example.org');
    expect(labelOf(page({ url: 'javascript:alert(1)' }))).toBe('Source 1: Bees');
  });

  it('leads to the web, in a tab of its own', () => {
    const web = page({ url: 'https://example.org/' });
    expect(citedBy([web], href, false).get(1)).toMatchObject({
      href: 'https://example.org/',
      apart: true,
    });
    expect(placeOf(web)).toBeNull();
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '', '/c/x'])('leads nowhere by %j', (url) => {
    const odd = citation(1, { kind: 'web', document_id: null, url });
    expect(citedBy([odd], href, false).get(1)?.href).toBeNull();
  });
});

it('lists what the text points at first', () => {
  const all = [1, 2, 3, 4].map((index) => citation(index));
  const sorted = pointedAtFirst(all, 'It is so [4], and so [2].');
  expect(sorted.map(({ index }) => index)).toEqual([2, 4, 1, 3]);
});

describe('a click on a link to a document', () => {
  const place = { document: 'd', title: 'x', page: 3, headings: [], passage: null, text: '' };
  const click = (more: MouseEventInit = {}) =>
    new MouseEvent('click', { cancelable: true, ...more });

  it('opens it beside the chat', () => {
    let shown = 0;
    const reader = new Reader(() => (shown += 1));
    const event = click();
    reader.follow(event, place);
    expect([event.defaultPrevented, shown, reader.wanted]).toEqual([true, 1, place]);
  });

  it.each([{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { button: 1 }])(
    'with %j is the browser’s',
    (more) => {
      const event = click(more);
      new Reader(() => expect.unreachable()).follow(event, place);
      expect(event.defaultPrevented).toBe(false);
    },
  );

  it('opens a tab where there is no pane', () => {
    const event = click();
    new Reader(null).follow(event, place);
    expect(event.defaultPrevented).toBe(false);
  });
});

it.each([
  ['reading', 'report.pdf', 'Reading report.pdf…'],
  ['rewriting', 'And then?', 'Understanding the question…'],
  ['searching', 'the code', 'Searching for “the code”…'],
  ['searching_web', 'bees', 'Searching the web for “bees”…'],
  ['reading_web', 'example.org, docs.python.org', 'Reading example.org, docs.python.org…'],
  ['loading', 'Loading', undefined],
])('says what %s is', (stage, detail, words) => {
  expect(stageWords(stage, detail)).toBe(words);
});
