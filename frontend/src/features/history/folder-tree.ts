import { groupBy } from '$lib/group-by';
import type { Folder } from '$lib/api/types';

/** A folder with those that lie in it. */
export interface Branch {
  folder: Folder;
  depth: number;
  branches: Branch[];
}

/** The folders as a tree, each level by name; what lies in an absent folder is at the top. */
export function treeOf(folders: readonly Folder[]): Branch[] {
  const known = new Set(folders.map(({ id }) => id));
  const sorted = folders.toSorted((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
  const below = groupBy(sorted, ({ parent_id }) =>
    parent_id !== null && known.has(parent_id) ? parent_id : null,
  );
  const grow = (parent: string | null, depth: number): Branch[] =>
    (below.get(parent) ?? []).map((folder) => ({
      folder,
      depth,
      branches: grow(folder.id, depth + 1),
    }));
  return grow(null, 0);
}

/** The tree from top to bottom, as a list shows it. */
export function flatten(branches: readonly Branch[]): Branch[] {
  return branches.flatMap((branch) => [branch, ...flatten(branch.branches)]);
}

/** The system prompt that holds in a folder, its own or the nearest above it, and whose it is. */
export function promptWithin(
  folders: readonly Folder[],
  id: string | null,
): { prompt: string; name: string } | null {
  const seen = new Set<string>();
  let at = folders.find((folder) => folder.id === id);
  while (at && !seen.has(at.id)) {
    if (at.system_prompt !== null) return { prompt: at.system_prompt, name: at.name };
    seen.add(at.id);
    const { parent_id } = at;
    at = folders.find((folder) => folder.id === parent_id);
  }
  return null;
}

/** A folder and all that lie in it: where it cannot be moved. */
export function withinOf(branches: readonly Branch[], id: string): Set<string> {
  const own = flatten(branches).find(({ folder }) => folder.id === id);
  return new Set(own ? flatten([own]).map(({ folder }) => folder.id) : []);
}
