import type { Conversation } from '$lib/api/types';

export type GroupKey =
  'pinned' | 'today' | 'yesterday' | 'week' | 'month' | { year: number; month: number };

export interface ConversationGroup {
  key: GroupKey;
  items: Conversation[];
}

const WEEK_DAYS = 7;
const MONTH_DAYS = 30;

/** Groups conversations, newest first, by how long ago they were touched on the reader's calendar. */
export function groupByDate(conversations: Conversation[], now: Date): ConversationGroup[] {
  const groups: ConversationGroup[] = [];
  for (const conversation of inOrder(conversations)) {
    const key = conversation.pinned ? 'pinned' : ageOf(new Date(conversation.updated_at), now);
    const last = groups.at(-1);
    if (last && same(last.key, key)) last.items.push(conversation);
    else groups.push({ key, items: [conversation] });
  }
  return groups;
}

/** Pinned first, then newest. */
export function inOrder(conversations: Conversation[]): Conversation[] {
  return conversations.toSorted(
    (a, b) =>
      Number(b.pinned) - Number(a.pinned) || Date.parse(b.updated_at) - Date.parse(a.updated_at),
  );
}

function ageOf(time: Date, now: Date): GroupKey {
  const days = Math.round((midnight(now) - midnight(time)) / 86_400_000);
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  if (days <= WEEK_DAYS) return 'week';
  if (days <= MONTH_DAYS) return 'month';
  return { year: time.getFullYear(), month: time.getMonth() };
}

function midnight(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

function same(a: GroupKey, b: GroupKey): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return a.year === b.year && a.month === b.month;
}
