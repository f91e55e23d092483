import { describe, expect, it } from 'vitest';
import type { Conversation } from '$lib/api/types';
import { groupByDate } from './date-groups';

const NOW = new Date(2026, 10, 23, 8);

const makeConversation = (id: string, updated: Date, pinned = false): Conversation => ({
  id,
  title: id,
  pinned,
  archived: false,
  tags: [],
  model: null,
  updated_at: updated.toISOString(),
});

const keysOf = (...conversations: Conversation[]) =>
  groupByDate(conversations, NOW).map(({ key, items }) => [key, items.map((item) => item.id)]);

describe('groupByDate', () => {
  it.each([
    [new Date(2026, 10, 23, 0, 1), 'today'],
    [new Date(2026, 10, 24, 1), 'today'],
    [new Date(2026, 10, 22, 23, 59), 'yesterday'],
    [new Date(2026, 10, 16, 12), 'week'],
    [new Date(2026, 10, 15, 12), 'month'],
    [new Date(2026, 9, 24, 12), 'month'],
    [new Date(2026, 9, 23, 12), { year: 2026, month: 9 }],
    [new Date(2025, 9, 23, 12), { year: 2025, month: 9 }],
  ])('puts %s under %j', (time, key) => {
    expect(keysOf(makeConversation('a', time))).toEqual([[key, ['a']]]);
  });

  it('puts pinned ones first and each group newest first', () => {
    expect(
      keysOf(
        makeConversation('old', new Date(2026, 10, 23, 1)),
        makeConversation('new', new Date(2026, 10, 23, 7)),
        makeConversation('pin', new Date(2020, 1, 1), true),
      ),
    ).toEqual([
      ['pinned', ['pin']],
      ['today', ['new', 'old']],
    ]);
  });

  it('has no group without conversations', () => {
    expect(keysOf()).toEqual([]);
  });
});
