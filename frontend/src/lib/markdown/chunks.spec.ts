import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, htmlChunksOf, LINES } from './chunks';
import { highlight } from './highlight';

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}\n`).join('');

describe('code in chunks', () => {
  it.each([0, 1, LINES - 1, LINES, LINES + 1, 3 * LINES])('of %i lines is the code', (count) => {
    const chunks = chunksOf(lines(count));
    expect(chunks.join('')).toBe(lines(count));
    expect(chunks).toHaveLength(Math.floor(count / LINES) + 1);
  });

  it('keeps its first chunks when it grows', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (one, other) => {
        const before = chunksOf(lines(one)).slice(0, -1);
        expect(chunksOf(lines(one + other)).slice(0, before.length)).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });

  it('has whole spans in each, also where a comment goes on', async () => {
    const code = `/* ${lines(2 * LINES)} */ let x = 1;`;
    const chunks = htmlChunksOf((await highlight(code, 'javascript')) ?? '');
    expect(chunks).toHaveLength(3);
    for (const chunk of chunks) {
      expect(chunk.match(/<span/g)?.length).toBe(chunk.match(/<\/span>/g)?.length);
    }
    expect(chunks[1]).toMatch(/^<span class="hljs-comment">line/);
    const text = chunks.join('').replace(/<[^>]*>/g, '');
    expect(text).toBe(code);
  });
});
