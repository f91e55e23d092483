import { expect, it } from 'vitest';
import type { Message, ToolCall } from '$lib/api/types';
import { waitedFor } from './waited-for';

const CALL: ToolCall = { id: 'a', name: 'run_code', arguments: '{}', at: 3 };
const DONE: ToolCall = { ...CALL, result: { content: '', is_error: false } };
const DECLINED: ToolCall = { ...CALL, approval: 'declined' };
const answer = (content: string, more: Partial<Message> = {}) => ({ content, ...more }) as Message;
const run = (more: object = {}) => ({ stage: null, thinking: false, calling: null, ...more });

it.each([
  ['the first word', answer(''), run(), null],
  ['what the server says', answer(''), run({ stage: 'Loading' }), 'Loading'],
  ['nothing while words come', answer('One'), run(), undefined],
  ['nothing where its thoughts are shown', answer('', { reasoning: 'Hm' }), run(), undefined],
  [
    'something where nobody tells of its thoughts',
    answer('', { reasoning: 'Hm' }),
    undefined,
    null,
  ],
  ['a call that is being written', answer('One'), run({ calling: 'run_code' }), 'Writing code…'],
  ['a call of another tool', answer(''), run({ calling: 'weather' }), 'Calling weather…'],
  ['nothing while a call is made', answer('One', { tool_calls: [CALL] }), run(), undefined],
  ['the next word after a call', answer('One', { tool_calls: [DONE] }), run(), null],
  ['the next word after one was declined', answer('One', { tool_calls: [DECLINED] }), run(), null],
  [
    'thoughts after a call',
    answer('One', { tool_calls: [DONE], reasoning: 'Hm' }),
    run({ thinking: true }),
    'Thinking…',
  ],
  ['nothing once words come again', answer('One\n\nT', { tool_calls: [DONE] }), run(), undefined],
] as const)('an answer waits for %s', (_, message, told, words) => {
  expect(waitedFor(message, told)).toBe(words);
});
