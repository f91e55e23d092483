import { describe, expect, it } from 'vitest';
import { BlockStream } from './blocks';
import { notesOf } from './notes';

function numbered(text: string) {
  return notesOf(new BlockStream().finish(text));
}

describe('footnotes', () => {
  it('are numbered in the order in which the text refers to them', () => {
    const { list } = numbered('One[^b], two[^a], again[^b].\n\n[^a]: A\n[^b]: B');
    expect(list.map(({ label, number, references }) => [label, number, references])).toEqual([
      ['b', 1, 2],
      ['a', 2, 1],
    ]);
  });

  it('are found in lists, quotes and tables', () => {
    const { numbers } = numbered('- a[^1]\n\n> b[^2]\n\n| c[^3] |\n|---|\n| d[^4] |');
    expect([...numbers.keys()]).toEqual(['1', '2', '3', '4']);
  });

  it('come last when nothing refers to them', () => {
    const { list } = numbered('a[^x]\n\n[^lone]: alone\n\n[^x]: said');
    expect(list.map(({ label }) => label)).toEqual(['x', 'lone']);
  });

  it('may refer to each other', () => {
    const { list } = numbered('a[^x]\n\n[^x]: see[^y]\n\n[^y]: back[^x]');
    expect(list.map(({ label, references }) => [label, references])).toEqual([
      ['x', 2],
      ['y', 1],
    ]);
  });

  it('have a number before their text has come', () => {
    const blocks = new BlockStream().grow('a[^x] b');
    expect(notesOf(blocks)).toEqual({ list: [], numbers: new Map([['x', 1]]) });
  });

  it('are none in code', () => {
    expect(numbered('`[^1]`\n\n```\n[^2]: x\n```').numbers.size).toBe(0);
  });
});
