import { describe, expect, it } from 'vitest';
import type { WorkspaceFile } from '$lib/api/types';
import { liesIn, pictureType, treeOf, type Node } from './tree';

const file = (path: string, size = 1): WorkspaceFile => ({
  path,
  kind: 'file',
  size,
  changed_at: '2026-01-01T00:00:00Z',
});
const directory = (path: string): WorkspaceFile => ({ ...file(path, 0), kind: 'directory' });

type Shape = [name: string, size: number, children: Shape[]];
const shape = (nodes: readonly Node[]): Shape[] =>
  nodes.map(({ name, size, children }) => [name, size, shape(children)]);

describe('treeOf', () => {
  it('has directories first, and files by name as people count', () => {
    const flat = [file('a10.csv'), file('a2.csv'), directory('out'), file('out/x'), file('z')];
    expect(shape(treeOf(flat, 'en'))).toEqual([
      ['out', 1, [['x', 1, []]]],
      ['a2.csv', 1, []],
      ['a10.csv', 1, []],
      ['z', 1, []],
    ]);
  });

  it('adds up what lies in a directory, however deep', () => {
    const flat = [directory('a'), file('a/1', 3), directory('a/b'), file('a/b/2', 4)];
    expect(shape(treeOf(flat, 'en'))).toEqual([
      [
        'a',
        7,
        [
          ['b', 4, [['2', 4, []]]],
          ['1', 3, []],
        ],
      ],
    ]);
  });

  it('shows what lies in an absent directory under its whole path', () => {
    expect(shape(treeOf([file('gone/1', 5)], 'en'))).toEqual([['gone/1', 5, []]]);
  });
});

it.each([
  ['out', true],
  ['out/a', true],
  ['out/a/b', true],
  ['output', false],
  ['a/out', false],
])('knows whether %s lies in out: %s', (path, within) => {
  expect(liesIn(path, ['x', 'out'])).toBe(within);
});

it.each([
  [file('plot.PNG'), 'image/png'],
  [file('out/photo.jpeg'), 'image/jpeg'],
  [file('drawing.svg'), undefined],
  [file('png'), undefined],
  [directory('folder.png'), undefined],
  [file('huge.png', 40 * 1024 ** 2), undefined],
])('says what kind of picture $0.path is: %s', (entry, type) => {
  expect(pictureType(entry)).toBe(type);
});
