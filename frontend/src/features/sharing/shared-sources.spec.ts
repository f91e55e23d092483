import { expect, test } from 'vitest';
import { citedBy } from '../sources/citing';
import { citedIn } from './shared-sources';

test('a page of the web is named and linked, a document is neither', () => {
  const citations = citedIn({
    sources: [
      { index: 1, title: 'Tides', page: null, url: 'https://example.org/tides' },
      { index: 2, title: null, page: 3, url: null },
    ],
  });
  const cited = citedBy(citations, (path) => path, true);
  expect(cited.get(1)).toEqual({
    label: 'Source 1: Tides, example.org',
    href: 'https://example.org/tides',
    apart: true,
  });
  expect(cited.get(2)).toMatchObject({
    label: 'Source 2: A document that is not shared, page 3',
    href: null,
  });
});

test('a copy that was made before sources were shared has none', () => {
  expect(citedIn({})).toEqual([]);
});
