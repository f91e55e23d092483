import type { Message } from '$lib/api/types';
import type { Children, Messages } from './tree';

/** A message as the overview of all branches shows it. */
export interface Branch {
  id: string;
  message: Message;
  /** How many times the tree has parted above it. */
  level: number;
  /** Which of how many versions it is. */
  version: number;
  versions: number;
  /** Whether it is on the branch that is shown. */
  shown: boolean;
  /** Its first words, on one line. */
  words: string;
}

const MOST_CHARACTERS = 120;

/**
 * Every message from the top down, each branch to its end before the next begins. What follows a
 * message without a second version stands below it at the same level.
 */
export function outline(
  messages: Messages,
  children: Children,
  path: readonly Message[],
): Branch[] {
  const onPath = new Set(path.map(({ id }) => id));
  const branches: Branch[] = [];
  const waiting = below(null, 0);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const message = messages[next.id];
    if (!message) continue;
    branches.push({
      ...next,
      message,
      shown: onPath.has(next.id),
      words: message.content
        .slice(0, MOST_CHARACTERS * 2)
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, MOST_CHARACTERS),
    });
    waiting.push(...below(next.id, next.level));
  }
  return branches;

  /** The last comes first: they are taken from the end. */
  function below(id: string | null, level: number) {
    const ids = children.get(id) ?? [];
    const parted = ids.length > 1 ? level + 1 : level;
    return ids
      .map((id, index) => ({ id, level: parted, version: index + 1, versions: ids.length }))
      .reverse();
  }
}

/** Where an arrow key leads from the place `at`: Left to where the branch parted, Right below it. */
export function stepFrom(branches: readonly Branch[], at: number, key: string): number | undefined {
  const level = branches[at]?.level ?? 0;
  const last = branches.length - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, last);
    case 'ArrowUp':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowLeft': {
      const above = branches.slice(0, at).findLastIndex((branch) => branch.level < level);
      return above < 0 ? 0 : above;
    }
    case 'ArrowRight': {
      const deeper = branches.findIndex((branch, index) => index > at && branch.level > level);
      return deeper < 0 ? at : deeper;
    }
  }
  return undefined;
}
