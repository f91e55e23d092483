import { describe, expect, it } from 'vitest';
import type { Execution, Message } from '$lib/api/types';
import { decide, take, type ToolEvent } from './events';

const message = (more: Partial<Message> = {}): Message => ({
  id: 'm',
  conversation_id: 'c',
  parent_id: null,
  role: 'assistant',
  content: 'Let me see.',
  status: 'streaming',
  created_at: '',
  ...more,
});
const execution = (status: Execution['status'], outputs?: Execution['outputs']) =>
  ({
    id: 'e',
    block: null,
    tool_call_id: 'a',
    code: '1',
    status,
    ...(outputs ? { outputs } : {}),
  }) as Execution;

const CALL: ToolEvent = {
  name: 'tool_call',
  data: { id: 'a', name: 'run_code', arguments: '{"code":"1"}', at: 11 },
};
const APPROVAL: ToolEvent = { name: 'approval', data: { tool_call_id: 'a' } };
const BEGINS: ToolEvent = { name: 'execution', data: execution('running', []) };
const PRINTED = { output_type: 'stream', name: 'stdout', text: '1' };
const ENDS: ToolEvent = { name: 'execution', data: execution('ok', [PRINTED]) };
const RESULT: ToolEvent = {
  name: 'tool_result',
  data: { tool_call_id: 'a', content: '1', is_error: false, approval: 'allowed' },
};

function after(...events: ToolEvent[]): Message {
  const told = message();
  for (const event of events) take(told, event);
  return told;
}

describe('what a run tells of a call', () => {
  it('is put into its message', () => {
    const { tool_calls, executions } = after(CALL, APPROVAL, BEGINS, ENDS, RESULT);
    expect(tool_calls).toEqual([
      {
        id: 'a',
        name: 'run_code',
        arguments: '{"code":"1"}',
        at: 11,
        approval: 'allowed',
        result: { content: '1', is_error: false },
      },
    ]);
    expect(executions).toEqual([execution('ok', [PRINTED])]);
  });

  it('changes nothing when it is heard again', () => {
    const all = [CALL, APPROVAL, BEGINS, ENDS, RESULT];
    expect(after(...all, ...all)).toEqual(after(...all));
  });

  it('waits for the user, until code that was allowed elsewhere begins', () => {
    expect(after(CALL, APPROVAL).tool_calls?.[0]?.approval).toBe('asked');
    expect(after(CALL, APPROVAL, BEGINS).tool_calls?.[0]?.approval).toBe('allowed');
  });

  it('is declined once it is told so', () => {
    const data = { tool_call_id: 'a', content: 'No.', is_error: true };
    const declined = after(CALL, APPROVAL, {
      name: 'tool_result',
      data: { ...data, approval: 'declined' },
    });
    expect(declined.tool_calls?.[0]?.approval).toBe('declined');
  });

  it('does not ask again what was decided here', () => {
    const told = after(CALL, APPROVAL);
    decide(told, 'a', false);
    take(told, APPROVAL);
    expect(told.tool_calls?.[0]?.approval).toBe('declined');
  });

  it('keeps the outputs it knows where large ones come with the message', () => {
    const { executions } = after(CALL, BEGINS, { name: 'execution', data: execution('ok') });
    expect(executions).toEqual([execution('ok', [])]);
  });

  it('is nothing where the call is not known', () => {
    expect(after(APPROVAL, RESULT)).toEqual(message());
  });

  it('leaves what blocks of code have run', () => {
    const told = message({ executions: [{ ...execution('ok', []), id: 'b', block: 0 }] });
    take(told, BEGINS);
    expect(told.executions?.map(({ id }) => id)).toEqual(['b', 'e']);
  });
});
