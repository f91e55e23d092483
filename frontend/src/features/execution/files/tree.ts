import type { WorkspaceFile } from '$lib/api/types';

/** A file, or a directory with what lies in it. */
export interface Node {
  name: string;
  entry: WorkspaceFile;
  /** Bytes: of a directory, of all that lies in it. */
  size: number;
  children: Node[];
}

/**
 * A flat list, in which each directory comes before its content, as a tree: on each level
 * directories first, by name as people count ("2" before "10"). What lies in an absent directory
 * is at the top, under its whole path.
 */
export function treeOf(entries: readonly WorkspaceFile[], locale: string): Node[] {
  const top: Node[] = [];
  const directories = new Map<string, Node>();
  for (const entry of entries) {
    const slash = entry.path.lastIndexOf('/');
    const parent = directories.get(entry.path.slice(0, Math.max(slash, 0)));
    const name = parent ? entry.path.slice(slash + 1) : entry.path;
    const node: Node = { name, entry, size: entry.size, children: [] };
    (parent?.children ?? top).push(node);
    if (entry.kind === 'directory') directories.set(entry.path, node);
  }
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const byName = (a: Node, b: Node): number =>
    Number(b.entry.kind === 'directory') - Number(a.entry.kind === 'directory') ||
    compare(a.name, b.name);
  // From the deepest upwards: a directory's size is known once those in it are.
  for (const directory of [...directories.values()].reverse()) {
    directory.size = directory.children.reduce((sum, { size }) => sum + size, 0);
    directory.children.sort(byName);
  }
  return top.sort(byName);
}

/** Whether a path is one of `paths`, or lies in one of them. */
export function liesIn(path: string, paths: Iterable<string>): boolean {
  return [...paths].some((each) => path === each || path.startsWith(`${each}/`));
}

const PICTURES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
};
/** More than this is no picture to look at, but a file to keep. */
const LARGEST_PICTURE = 32 * 1024 ** 2;

/** What kind of picture a file is that can be looked at here; undefined for all others. */
export function pictureType({ path, kind, size }: WorkspaceFile): string | undefined {
  if (kind !== 'file' || size > LARGEST_PICTURE) return undefined;
  const [, extension = ''] = /\.(\w+)$/.exec(path) ?? [];
  return PICTURES[extension.toLowerCase()];
}
