import { describe, expect, it } from 'vitest';
import type { Folder } from '$lib/api/types';
import { flatten, promptWithin, treeOf, withinOf } from './folder-tree';

function folder(id: string, parent_id: string | null = null): Folder {
  return { id, parent_id, name: id, system_prompt: null, conversations: 0, created_at: '' };
}

const tree = treeOf([folder('b'), folder('c', 'a'), folder('a'), folder('d', 'c')]);

describe('a tree of folders', () => {
  it('is shown from top to bottom, each level by name', () => {
    const shown = flatten(tree).map(({ folder: { id }, depth }) => `${id}${depth}`);
    expect(shown).toEqual(['a0', 'c1', 'd2', 'b0']);
  });

  it('shows a folder whose parent is unknown at the top', () => {
    expect(treeOf([folder('x', 'gone')]).map((branch) => branch.folder.id)).toEqual(['x']);
  });

  it('knows what lies within a folder', () => {
    expect([...withinOf(tree, 'a')]).toEqual(['a', 'c', 'd']);
    expect(withinOf(tree, 'nowhere').size).toBe(0);
  });
});

describe('promptWithin', () => {
  it('is the nearest on the way up', () => {
    const folders = [
      { ...folder('a'), system_prompt: 'outer' },
      folder('b', 'a'),
      { ...folder('c', 'b'), system_prompt: '' },
    ];
    expect(promptWithin(folders, 'b')).toEqual({ prompt: 'outer', name: 'a' });
    expect(promptWithin(folders, 'c')).toEqual({ prompt: '', name: 'c' });
    expect(promptWithin(folders, null)).toBeNull();
  });
});
