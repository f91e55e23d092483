import { describe, expect, it } from 'vitest';
import type { ReadPassage } from '$lib/api/types';
import { flowOf, pageWord } from './flow';

type Block = ReadPassage['blocks'][number];

const block = (kind: Block['kind'], text: string, more: Partial<Block> = {}): Block => ({
  kind,
  text,
  level: 0,
  page: null,
  language: '',
  goes_on: false,
  ...more,
});
const passage = (number: number, ...blocks: Block[]): ReadPassage => ({
  id: String(number),
  number,
  page: null,
  headings: [],
  blocks,
});
const kinds = (...passages: ReadPassage[]) => flowOf(passages).map(({ kind }) => kind);
const text = (source: string) => block('text', source);

/** All words that tokens hold, and the types of those that hold them. */
function seen(source: string): [types: string[], words: string] {
  const [item] = flowOf([passage(0, text(source))]);
  const types: string[] = [];
  const words: string[] = [];
  const walk = (tokens: readonly { type: string; raw: string }[]): void => {
    for (const token of tokens) {
      types.push(token.type);
      const inside = token as { tokens?: typeof tokens; items?: typeof tokens };
      if (inside.tokens ?? inside.items) walk(inside.tokens ?? inside.items ?? []);
      else words.push(token.raw);
    }
  };
  if (item?.kind === 'prose') walk(item.tokens);
  return [types, words.join('')];
}

describe('what is read', () => {
  it('is one text of each passage, with its headings', () => {
    const [item, ...others] = flowOf([
      passage(3, block('heading', 'A <b>ee</b> *1*', { level: 2 }), text('*Bees* dance.')),
    ]);
    expect(others).toEqual([]);
    expect(item).toMatchObject({ kind: 'prose', passage: 3, key: '3:0' });
    const tokens = item?.kind === 'prose' ? item.tokens : [];
    expect(tokens.map(({ type }) => type)).toEqual(['heading', 'paragraph']);
    expect(tokens[0]).toMatchObject({
      depth: 2,
      tokens: [{ text: 'A &#60;b&#62;ee&#60;/b&#62; *1*' }],
    });
  });

  it('has one mark where a page and what is on it begin', () => {
    const [mark] = flowOf([
      passage(0, block('page', '', { page: 2 }), block('part', 'Bees'), text('They dance.')),
    ]);
    expect(mark).toMatchObject({ kind: 'mark', page: 2, names: ['Bees'], isFile: false });
    expect(
      kinds(passage(0, block('page', '', { page: 1 }), block('page', '', { page: 2 }))),
    ).toEqual(['mark', 'mark']);
  });

  it('has a table that goes on as one, each row of its passage', () => {
    const rows = (...names: string[]) =>
      ['| Name |', '| --- |', ...names.map((name) => `| ${name} |`)].join('\n');
    const [table, ...others] = flowOf([
      passage(0, block('table', rows('a', 'b'))),
      passage(1, block('table', rows('c'), { goes_on: true })),
      passage(2, block('table', rows('d'))),
    ]);
    expect(others).toHaveLength(1);
    const bodies = table?.kind === 'table' ? table.bodies : [];
    expect(bodies.map(({ passage, rows }) => [passage, rows.length])).toEqual([
      [0, 2],
      [1, 1],
    ]);
  });

  it('has a table that begins in the middle under its header', () => {
    const rest = block('table', '| Name |\n| --- |\n| c |', { goes_on: true });
    expect(kinds(passage(7, rest))).toEqual(['table']);
  });

  it('has code in the language that it says, or that of its file', () => {
    const items = flowOf([
      passage(0, block('code', 'x = 1', { language: 'python' })),
      passage(1, block('code', 'y = 2', { goes_on: true })),
      passage(2, block('file', 'src/a.rs', { level: 1 }), block('code', 'let a = "```";')),
    ]);
    const code = items.flatMap((item) => (item.kind === 'code' ? [item] : []));
    expect(code.map(({ goesOn }) => goesOn)).toEqual([false, true, false]);
    expect(code.map(({ token }) => token.raw)).toEqual([
      '```python\nx = 1\n```',
      '```\ny = 2\n```',
      '````rust\nlet a = "```";\n````',
    ]);
  });

  it('leaves plain text as it stands', () => {
    expect(flowOf([passage(0, block('plain', '# no *mark*'))])).toMatchObject([
      { kind: 'plain', text: '# no *mark*' },
    ]);
  });
});

it.each([
  '<script>alert(1)</script>',
  'a <b onclick=x>word</b> or <img src=x>',
  '- one <i>two</i>',
  '> said <u>so</u>',
  '[^1]: a note',
  '[a]: https://example.org',
])('shows every word of %j, and no tag is one', (source) => {
  const [types, words] = seen(source);
  expect(types).not.toContain('html');
  for (const word of source.match(/[\w/]+/g) ?? []) expect(words).toContain(word);
});

it('calls pages what they are', () => {
  const names = ['slides', 'workbook', 'book', 'word'] as const;
  expect(names.map((name) => pageWord(`documents.kind.${name}`))).toEqual([
    'reading.slide',
    'reading.sheet',
    'reading.chapter',
    'reading.page',
  ]);
});
