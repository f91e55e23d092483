import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockStream, type Block } from './blocks';

const PIECES = [
  'A paragraph with **bold**, *soft*, `code` and a [link](https://example.org).',
  '# Heading',
  'Setext\n---',
  '- one\n- two\n  - inner\n\n    more of it\n- three',
  '1. first\n2. second\n\n3. third',
  '- [ ] open\n- [x] done',
  '> quoted\n> > deeper\n\n> again',
  '```python\nprint("**not bold**")\n\n# still code\n```',
  '~~~\ntilde\n~~~',
  '- item\n\n  ```js\n  let a = 1;\n  ```',
  '    indented code',
  '| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 | 4 |',
  '$$\n\\frac{a}{b}\n$$',
  'Inline $x^2$ and \\(y\\), but $5 and $6.',
  '\\[\nE = mc^2\n\\]',
  '<div>html\n</div>',
  '<details>\n<summary>s</summary>\n\nbody\n\n</details>',
  '---',
  'A note[^1] and[^two].\n[^1]: It says **this**.\n[^two]: And\nthat.\n\n    More of it.',
  '[^three]: alone',
  'line one\nline two\\\nline three',
  '```\nnever closed',
];

/** What a reader would see of the blocks, blank lines aside. */
function shape(blocks: readonly Block[]): string[] {
  return blocks.map(({ token, raw }) => `${token.type}: ${raw.trimEnd()}`);
}

const markdown = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary-ascii', maxLength: 12 })), {
    maxLength: 8,
  })
  .chain((pieces) =>
    fc
      .tuple(fc.constantFrom('\n\n', '\n', '\r\n\r\n'), fc.constant(pieces))
      .map(([end, all]) => all.join(end)),
  );

const split = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 });

/** All beginnings of `text` that a reader sees when it comes in pieces of these sizes. */
function* growth(text: string, sizes: number[]): Generator<string> {
  for (let end = 0, turn = 0; end < text.length; turn += 1) {
    end += sizes[turn % sizes.length] ?? 1;
    yield text.slice(0, end);
  }
}

describe('a streamed text', () => {
  it('ends in the same blocks as the whole text, however it was split', () => {
    fc.assert(
      fc.property(markdown, split, (text, sizes) => {
        const stream = new BlockStream();
        for (const beginning of growth(text, sizes)) stream.grow(beginning);
        expect(shape(stream.finish(text))).toEqual(shape(new BlockStream().finish(text)));
      }),
      { numRuns: 300 },
    );
  });

  it('never settles a block that the whole text reads differently', () => {
    fc.assert(
      fc.property(markdown, split, (text, sizes) => {
        const whole = shape(new BlockStream().finish(text));
        const stream = new BlockStream();
        for (const beginning of growth(text, sizes)) {
          const settled = shape(stream.grow(beginning)).slice(0, -2);
          expect(whole.slice(0, settled.length)).toEqual(settled);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the block objects of what has settled', () => {
    const stream = new BlockStream();
    const [first] = stream.grow('one\n\ntwo\n\nthree');
    expect(stream.grow('one\n\ntwo\n\nthree\n\nfour and more')[0]).toBe(first);
    expect(stream.finish('one\n\ntwo\n\nthree\n\nfour and more')[0]).toBe(first);
  });

  it('starts again when the text is another one', () => {
    const stream = new BlockStream();
    stream.grow('one\n\ntwo\n\nthree\n\nfour');
    expect(shape(stream.grow('other\n\ntext'))).toEqual(['paragraph: other', 'paragraph: text']);
  });

  it('resolves a reference whose definition comes last', () => {
    const stream = new BlockStream();
    const text = 'See [the page][1].\n\na\n\nb\n\nc\n\n[1]: https://example.org';
    stream.grow(text.slice(0, 40));
    expect(JSON.stringify(stream.finish(text)[0]?.token)).toContain('https://example.org');
  });
});

describe('an unfinished text', () => {
  const shown = (text: string) => new BlockStream().grow(text).map(({ token }) => token);

  it('shows an open fence as code, without half of its end', () => {
    expect(shown('```python\nx = 1\n``').at(-1)).toMatchObject({ type: 'code', text: 'x = 1' });
  });

  it('shows the head of a table as a table', () => {
    expect(shown('| a | b').at(-1)).toMatchObject({ type: 'table' });
    expect(shown('| a | b |\n|--').at(-1)).toMatchObject({ type: 'table' });
  });

  it('shows an open display formula as a formula', () => {
    expect(shown('so\n\n$$\nx + y').at(-1)).toMatchObject({ type: 'formula', tex: 'x + y' });
  });

  it('closes emphasis in a footnote', () => {
    expect(JSON.stringify(shown('a[^1]\n\n[^1]: **bold'))).toContain('"type":"strong"');
  });

  it('shows nothing of a footnote or a link definition before it can be told what it is', () => {
    for (const start of ['[^', '[^1', '[^1]', '[^1]:', '[a]', '[a]:', '[a]: ']) {
      const types = shown(`text\n\n${start}`).map(({ type }) => type);
      expect(types.filter((type) => type !== 'footnote')).toEqual(['paragraph']);
    }
  });

  it('closes emphasis at the end of a nested list', () => {
    const [list] = shown('- a\n  - **bold');
    expect(JSON.stringify(list)).toContain('"type":"strong"');
  });

  it('does not turn a paragraph into a heading while a dash may become a list', () => {
    expect(shown('text\n-').map(({ type }) => type)).toEqual(['paragraph']);
  });
});

describe('hostile text', () => {
  const bounded = (text: string) => {
    const start = performance.now();
    new BlockStream().grow(text);
    new BlockStream().finish(text);
    return performance.now() - start;
  };

  it.each([
    ['a line of 1 MB', 'word '.repeat(200_000)],
    ['a word of 1 MB', 'a'.repeat(1_000_000)],
    ['1 MB of markers', '*_`[~$<'.repeat(150_000)],
    ['10,000 nested quotes', `${'>'.repeat(10_000)} deep`],
    ['10,000 nested quotes with spaces', `${'> '.repeat(10_000)} deep`],
    ['10,000 nested lists on a line', `${'- '.repeat(10_000)} deep`],
    [
      '1,000 nested lists by indentation',
      Array.from({ length: 1_000 }, (_, i) => `${'  '.repeat(i)}- x`).join('\n'),
    ],
    ['10,000 list items', '- item\n'.repeat(10_000)],
    ['10,000 lines of quote', '> line\n'.repeat(10_000)],
    ['open brackets', '['.repeat(19_000)],
    ['open links', '[a]('.repeat(4_900)],
    ['open emphasis', '*a **b '.repeat(2_800)],
    ['open code spans', '`'.repeat(9_000) + 'a'.repeat(9_000)],
    ['open tags', '<a '.repeat(6_000)],
    ['open comments', '<!--'.repeat(4_900)],
    ['dollars', '$a '.repeat(6_000)],
    ['display dollars', '$$a '.repeat(4_900)],
    ['table rows', '|'.repeat(19_000) + '\n|-|'],
    ['underscores', '_a'.repeat(9_500)],
    ['strike', '~~a '.repeat(4_900)],
    ['addresses', 'a@b.'.repeat(4_900)],
    ['references to footnotes', '[^1]'.repeat(4_900)],
    ['open references', '[^'.repeat(9_500)],
    ['10,000 footnotes', '[^1]: x\n'.repeat(10_000)],
    ['10,000 nested footnotes on a line', '[^1]: '.repeat(10_000)],
    [
      '1,000 nested footnotes by indentation',
      Array.from({ length: 1_000 }, (_, i) => `${'    '.repeat(i)}[^${i}]: x`).join('\n'),
    ],
    ['a footnote of 10,000 lines', `[^1]: x\n${'    y\n\n'.repeat(10_000)}`],
    ['entities', '&'.repeat(19_000)],
  ])(
    '%s is read in bounded time',
    (_name, text) => {
      expect(bounded(text)).toBeLessThan(30_000);
    },
    60_000,
  );
});
