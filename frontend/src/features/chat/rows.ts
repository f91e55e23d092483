import type { Message } from '$lib/api/types';
import type { Children, Messages } from './tree';

/** What stands below each other in a conversation: a message, or answers side by side. */
export type Row =
  | { kind: 'message'; id: string; message: Message }
  | { kind: 'choice'; id: string; answers: Message[] };

/**
 * The answers that stand side by side at the end of the branch, in the order they were asked for:
 * those of one prompt by several models, until one is picked or the chat goes on below one.
 */
export function choiceAt(messages: Messages, children: Children, leafId: string | null): Message[] {
  const leaf = leafId === null ? undefined : messages[leafId];
  if (!leaf?.choice_id) return [];
  const answers = (children.get(leaf.parent_id) ?? [])
    .map((id) => messages[id])
    .filter((message) => message?.choice_id === leaf.choice_id)
    .filter((message) => message !== undefined)
    // By id and not by age: what this browser's clock says of a new one is replaced at its end.
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const wentOn = answers.some(({ id }) => children.has(id));
  return answers.length < 2 || wentOn ? [] : answers;
}

/** The messages that a row shows. */
export function idsOf(row: Row): string[] {
  return row.kind === 'message' ? [row.id] : row.answers.map(({ id }) => id);
}

/** The branch as it is shown. What a system or a tool said is not. */
export function rowsOf(path: readonly Message[], choice: Message[]): Row[] {
  const talk = path.filter(({ role }) => role === 'user' || role === 'assistant');
  const beside = new Set(choice.map(({ id }) => id));
  const rows: Row[] = talk
    .filter(({ id }) => !beside.has(id))
    .map((message) => ({ kind: 'message', id: message.id, message }));
  const first = choice[0];
  if (first) rows.push({ kind: 'choice', id: first.choice_id ?? first.id, answers: choice });
  return rows;
}
