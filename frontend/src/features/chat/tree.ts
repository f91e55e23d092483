import type { Message } from '$lib/api/types';

/** A conversation's messages by id. The server owns the tree; this only reads it. */
export type Messages = Record<string, Message>;
export type Children = ReadonlyMap<string | null, readonly string[]>;

export function byId(items: readonly Message[]): Messages {
  return Object.fromEntries(items.map((message) => [message.id, message]));
}

/** The children of every message, oldest first; `null` holds the roots. */
export function childrenOf(messages: Messages, hidden: ReadonlySet<string>): Children {
  const children = new Map<string | null, string[]>();
  const shown = Object.values(messages).filter((message) => !hidden.has(message.id));
  shown.sort(byAge);
  for (const { id, parent_id } of shown) {
    const siblings = children.get(parent_id);
    if (siblings) siblings.push(id);
    else children.set(parent_id, [id]);
  }
  return children;
}

/** The messages from the root down to `leaf`. */
export function pathTo(messages: Messages, leaf: string | null): Message[] {
  const path: Message[] = [];
  for (let id = leaf; id !== null;) {
    const message = messages[id];
    if (!message) break;
    path.push(message);
    id = message.parent_id;
  }
  return path.reverse();
}

/** The end of the branch that begins at `id`, always taking the newest child. */
export function newestLeaf(children: Children, id: string): string {
  let leaf = id;
  for (;;) {
    const next = children.get(leaf)?.at(-1);
    if (next === undefined) return leaf;
    leaf = next;
  }
}

/** Where to look when `id` is gone: a neighbouring version's branch, or else the parent. */
export function leafWithout(messages: Messages, children: Children, id: string): string | null {
  const parent = messages[id]?.parent_id ?? null;
  const siblings = children.get(parent) ?? [];
  const index = siblings.indexOf(id);
  const neighbour = siblings[index - 1] ?? siblings[index + 1];
  return neighbour === undefined ? parent : newestLeaf(children, neighbour);
}

function byAge(a: Message, b: Message): number {
  return compare(a.created_at, b.created_at) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
