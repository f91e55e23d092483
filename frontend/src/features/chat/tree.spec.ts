import { describe, expect, it } from 'vitest';
import type { Message } from '$lib/api/types';
import { childrenOf, leafWithout, newestLeaf, pathTo, type Messages } from './tree';

const makeMessage = (id: string, parent_id: string | null, created_at = id): Message => ({
  id,
  parent_id,
  created_at,
  conversation_id: 'c',
  role: 'user',
  content: id,
  status: 'complete',
});

/** a ─ b ─ c,  a ─ d ─ e,  f */
const makeTree = (): Messages =>
  Object.fromEntries(
    [
      ['a', null],
      ['b', 'a'],
      ['c', 'b'],
      ['d', 'a'],
      ['e', 'd'],
      ['f', null],
    ].map(([id, parent]) => [id, makeMessage(id ?? '', parent ?? null)]),
  );

const none = new Set<string>();

describe('the message tree', () => {
  it('shows the path from the root to the leaf', () => {
    expect(pathTo(makeTree(), 'e').map((m) => m.id)).toEqual(['a', 'd', 'e']);
  });

  it('shows nothing without a leaf', () => {
    expect(pathTo(makeTree(), null)).toEqual([]);
  });

  it('orders siblings by age, not by the order they came in', () => {
    const messages = { b: makeMessage('b', null, '2'), a: makeMessage('a', null, '3') };
    expect(childrenOf(messages, none).get(null)).toEqual(['b', 'a']);
  });

  it('follows the newest child to the end of a branch', () => {
    expect(newestLeaf(childrenOf(makeTree(), none), 'a')).toBe('e');
  });

  it('leaves hidden messages out', () => {
    expect(newestLeaf(childrenOf(makeTree(), new Set(['d'])), 'a')).toBe('c');
  });

  it.each([
    ['d', 'c'],
    ['b', 'e'],
    ['e', 'd'],
    ['f', 'e'],
  ])('looks, without %s, at %s', (gone, leaf) => {
    const messages = makeTree();
    expect(leafWithout(messages, childrenOf(messages, none), gone)).toBe(leaf);
  });

  it('looks at nothing when the only root goes', () => {
    const messages = { a: makeMessage('a', null) };
    expect(leafWithout(messages, childrenOf(messages, none), 'a')).toBeNull();
  });
});
