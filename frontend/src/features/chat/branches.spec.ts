import { describe, expect, it } from 'vitest';
import type { Message } from '$lib/api/types';
import { outline, stepFrom } from './branches';
import { childrenOf, pathTo, type Messages } from './tree';

const makeMessage = (id: string, parent_id: string | null, content = id): Message => ({
  id,
  parent_id,
  created_at: id,
  conversation_id: 'c',
  role: 'user',
  content,
  status: 'complete',
});

/** a ─ b ─ c,  a ─ d ─ e */
const messages: Messages = Object.fromEntries(
  [
    ['a', null],
    ['b', 'a'],
    ['c', 'b'],
    ['d', 'a'],
    ['e', 'd'],
  ].map(([id, parent]) => [id, makeMessage(id ?? '', parent ?? null)]),
);
const branches = outline(messages, childrenOf(messages, new Set()), pathTo(messages, 'e'));

describe('the outline of a tree', () => {
  it('tells each branch to its end, one step in where the tree parts', () => {
    expect(branches.map(({ id, level }) => [id, level])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 1],
      ['d', 1],
      ['e', 1],
    ]);
  });

  it('counts versions and marks the branch that is shown', () => {
    expect(branches.map(({ version, versions }) => `${version}/${versions}`)).toEqual([
      '1/1',
      '1/2',
      '1/1',
      '2/2',
      '1/1',
    ]);
    expect(branches.filter(({ shown }) => shown).map(({ id }) => id)).toEqual(['a', 'd', 'e']);
  });

  it('shows the first words on one line', () => {
    const long = { a: makeMessage('a', null, `one\n\n two ${'x'.repeat(500)}`) };
    const [only] = outline(long, childrenOf(long, new Set()), []);
    expect(only?.words).toMatch(/^one two x+$/);
    expect(only?.words).toHaveLength(120);
  });

  it('reads a chain of thousands', () => {
    const chain: Messages = {};
    for (let n = 0; n < 5_000; n += 1)
      chain[`m${n}`] = makeMessage(`m${n}`, n === 0 ? null : `m${n - 1}`);
    expect(outline(chain, childrenOf(chain, new Set()), [])).toHaveLength(5_000);
  });
});

describe('keys in the outline', () => {
  it.each([
    ['ArrowDown', 0, 1],
    ['ArrowDown', 4, 4],
    ['ArrowUp', 0, 0],
    ['Home', 3, 0],
    ['End', 0, 4],
    ['ArrowLeft', 4, 0],
    ['ArrowLeft', 0, 0],
    ['ArrowRight', 0, 1],
    ['ArrowRight', 4, 4],
    ['x', 2, undefined],
  ])('%s leads from %i to %s', (key, from, to) => {
    expect(stepFrom(branches, from, key)).toBe(to);
  });
});
