import { describe, expect, it } from 'vitest';
import type { Message } from '$lib/api/types';
import { choiceAt, rowsOf } from './rows';
import { childrenOf, pathTo, type Messages } from './tree';

const makeMessage = (
  id: string,
  parent_id: string | null,
  more: Partial<Message> = {},
): Message => ({
  id,
  parent_id,
  created_at: id,
  conversation_id: 'c',
  role: parent_id === null || id.startsWith('q') ? 'user' : 'assistant',
  content: id,
  status: 'complete',
  ...more,
});
const makeTree = (...messages: Message[]): Messages =>
  Object.fromEntries(messages.map((message) => [message.id, message]));

const side = { choice_id: 'x' };
const prompt = makeMessage('q1', null);
const a = makeMessage('a', 'q1', side);
const b = makeMessage('b', 'q1', side);
const older = makeMessage('0', 'q1');

const choice = (messages: Messages, leaf: string, hidden = new Set<string>()) =>
  choiceAt(messages, childrenOf(messages, hidden), leaf).map(({ id }) => id);

describe('answers side by side', () => {
  it('are those of one turn, not older versions beside them', () => {
    expect(choice(makeTree(prompt, older, b, a), 'b')).toEqual(['a', 'b']);
  });

  it('keep their order whatever the clocks say', () => {
    const late = { ...a, created_at: '9' };
    expect(choice(makeTree(prompt, late, b), 'a')).toEqual(['a', 'b']);
  });

  it('are none where the branch ends elsewhere', () => {
    expect(choice(makeTree(prompt, older, b, a), '0')).toEqual([]);
  });

  it('are none where one is picked, deleted or gone on from', () => {
    const picked = makeTree(prompt, { ...a, choice_id: null }, { ...b, choice_id: null });
    expect(choice(picked, 'a')).toEqual([]);
    expect(choice(makeTree(prompt, a, b), 'a', new Set(['b']))).toEqual([]);
    expect(choice(makeTree(prompt, a, b, makeMessage('q2', 'b')), 'a')).toEqual([]);
  });
});

describe('the rows of a branch', () => {
  it('are its messages, without what a system or a tool said', () => {
    const system = makeMessage('s', null, { role: 'system' });
    const asked = { ...prompt, parent_id: 's' };
    const messages = makeTree(system, asked, older);
    expect(rowsOf(pathTo(messages, '0'), []).map(({ id }) => id)).toEqual(['q1', '0']);
  });

  it('end with all answers side by side as one', () => {
    const rows = rowsOf(pathTo(makeTree(prompt, a, b), 'a'), [a, b]);
    expect(rows.map(({ kind, id }) => [kind, id])).toEqual([
      ['message', 'q1'],
      ['choice', 'x'],
    ]);
  });
});
