import { describe, expect, it } from 'vitest';
import {
  documentPath,
  foldersOf,
  lastName,
  nameOf,
  namesIn,
  passagePath,
  placeIn,
  shelfPath,
} from './names';

describe('names', () => {
  it('tells a file from the folders it came in', () => {
    expect([lastName('a/b/c.md'), foldersOf('a/b/c.md')]).toEqual(['c.md', 'a/b']);
    expect([lastName('c.md'), foldersOf('c.md')]).toEqual(['c.md', '']);
  });

  it('calls a document by its title, where it has one', () => {
    expect(nameOf({ title: ' Bees ', filename: 'x/bees.md' })).toBe('Bees');
    expect(nameOf({ title: '', filename: 'x/bees.md' })).toBe('bees.md');
  });

  it('reads user names however they are divided', () => {
    expect(namesIn('ada, grace\n\n ada;  alan ')).toEqual(['ada', 'grace', 'alan']);
    expect(namesIn('  ')).toEqual([]);
  });
});

describe('paths', () => {
  it('have what is wanted in their query', () => {
    expect(shelfPath({})).toBe('/documents');
    expect(shelfPath({ collection: '1', ask: 'a & b' })).toBe(
      '/documents?collection=1&ask=a+%26+b',
    );
    expect(documentPath('1')).toBe('/documents/1');
    expect(documentPath('1', { page: 7, text: '' })).toBe('/documents/1?page=7');
  });

  it('say which place is wanted, also the first', () => {
    const place = { page: null, passage: null, around: 0, text: 'Bees & more' };
    const path = documentPath('1', place);
    expect(path).toBe('/documents/1?around=0&text=Bees+%26+more');
    expect(placeIn(new URL(path, 'http://here').searchParams)).toEqual(place);
  });

  it('lead to the words of a passage, but not to all of a long one', () => {
    const passage = {
      document_id: '1',
      filename: 'a.pdf',
      title: '',
      page: null,
      headings: [],
      chunk_id: '2',
      text: 'x'.repeat(9_000),
      score: 1,
    };
    expect(passagePath(passage)).toMatch(/^\/documents\/1\?text=x{1500}&passage=2$/);
  });
});
