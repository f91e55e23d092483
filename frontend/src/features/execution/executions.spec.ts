import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '$lib/api/api';
import { ApiError, NetworkError } from '$lib/api/errors';
import type { Execution, Message } from '$lib/api/types';
import type { ServerEvent } from '$lib/sse/parser';
import { Executions } from './executions.svelte';

const GONE = new ApiError({ type: '', title: '', status: 404, detail: 'gone', code: 'not_found' });
const BUSY = new ApiError({ type: '', title: '', status: 409, detail: 'Wait.', code: 'conflict' });

const event = (name: string, data: unknown): ServerEvent => ({
  event: name,
  data: JSON.stringify(data),
  id: '',
});
const opening = event('execution', {
  id: 'e1',
  execution_count: null,
  outputs: [],
  input: null,
});
const printed = event('output', { output_type: 'stream', name: 'stdout', text: 'hi' });
const done = event('done', { status: 'ok', execution_count: 1, duration_ms: 5 });

const message = {
  id: 'm1',
  conversation_id: 'c1',
  role: 'assistant',
  content: '```python\n1\n```',
} as Message;
const saved = {
  id: 'e0',
  block: 0,
  code: '1',
  status: 'running',
  outputs: [],
  execution_count: null,
  duration_ms: null,
} as unknown as Execution;

/** A server that answers each call with the next of the scripts: events, or an error at their end. */
function scripted(...scripts: (ServerEvent | Error)[][]) {
  async function* next(): AsyncGenerator<ServerEvent> {
    for (const step of scripts.shift() ?? [GONE]) {
      await Promise.resolve();
      if (step instanceof Error) throw step;
      yield step;
    }
  }
  const calls = { execute: vi.fn(next), follow: vi.fn(next), input: vi.fn() };
  return { api: { code: calls } as unknown as Api, calls };
}

/** A tab that may follow what it watches, and one that may only look now and then. */
const release = vi.fn();
const follows = () => Promise.resolve({ release });
const looks = () => Promise.resolve(null);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Executions', () => {
  it('shows what a run shows, and how it ended', async () => {
    const { api } = scripted([opening, printed, done]);
    const executions = new Executions(api, () => undefined, follows);
    expect(await executions.run(message, 0, '1')).toBe(true);
    const shown = executions.of(message, 0);
    expect(shown).toMatchObject({ id: 'e1', status: 'ok', count: 1, durationMs: 5 });
    expect(shown?.outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'hi' }]);
  });

  it('says why code could not be run', async () => {
    const { api } = scripted([BUSY]);
    const executions = new Executions(api, () => undefined, follows);
    expect(await executions.run(message, 0, '1')).toBe(false);
    expect(executions.of(message, 0)?.failure).toBe('Wait.');
  });

  it('runs a block once at a time', async () => {
    const { api, calls } = scripted([opening, done]);
    const executions = new Executions(api, () => undefined, follows);
    const first = executions.run(message, 0, '1');
    expect(executions.busyIn([message])).toBe(true);
    expect(await executions.run(message, 0, '1')).toBe(false);
    expect(await first).toBe(true);
    expect(calls.execute).toHaveBeenCalledOnce();
    expect(executions.busyIn([message])).toBe(false);
  });

  it('goes on where the line broke off', async () => {
    const { api, calls } = scripted([opening, new NetworkError('')], [opening, printed, done]);
    const executions = new Executions(api, () => undefined, follows);
    const run = executions.run(message, 0, '1');
    await vi.runAllTimersAsync();
    expect(await run).toBe(true);
    expect(calls.follow).toHaveBeenCalledWith('e1');
  });

  it('reads what was saved where the server knows it no more, and does not ask all the time', async () => {
    const { api } = scripted([GONE], [GONE]);
    const missed = vi.fn();
    const executions = new Executions(api, missed, follows);
    const running = { ...message, executions: [saved] };
    executions.resume(running, 0);
    await vi.advanceTimersByTimeAsync(500);
    expect(missed).toHaveBeenCalledExactlyOnceWith('c1');
    executions.resume(running, 0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(missed).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(missed).toHaveBeenCalledTimes(2);
  });

  it('follows what another tab runs, and leaves its own alone', async () => {
    const { api, calls } = scripted([opening, done], [opening, printed, done]);
    const executions = new Executions(api, () => undefined, follows);
    const news = { conversation_id: 'c1', message_id: 'm1', block: 0 };
    await executions.run(message, 0, '1');
    executions.heard({ ...news, id: 'e1', status: 'ok' }, message);
    expect(calls.follow).not.toHaveBeenCalled();
    executions.heard({ ...news, id: 'e2', status: 'running' }, message);
    await vi.runAllTimersAsync();
    expect(calls.follow).toHaveBeenCalledExactlyOnceWith('e2');
    expect(executions.of(message, 0)?.outputs).toHaveLength(1);
  });

  it('shows what a call of a tool runs by the call, as it does a block by its number', async () => {
    const { api, calls } = scripted([opening, printed, done]);
    const executions = new Executions(api, () => undefined, follows);
    const called = { ...saved, id: 'e1', block: null, tool_call_id: 'call:0' };
    const running = { ...message, executions: [called] };
    executions.resume(running, 'call:0');
    executions.heard(
      { ...called, conversation_id: 'c1', message_id: 'm1', status: 'running' },
      running,
    );
    expect(executions.busyIn([message])).toBe(true);
    await vi.runAllTimersAsync();
    expect(calls.follow).toHaveBeenCalledExactlyOnceWith('e1');
    expect(executions.of(running, 'call:0')?.outputs).toHaveLength(1);
    expect(executions.of(running, 0)).toBeUndefined();
    expect(executions.busyIn([message])).toBe(false);
  });

  it('does not follow again what it has seen end', async () => {
    const { api, calls } = scripted([opening, done]);
    const executions = new Executions(api, () => undefined, follows);
    const running = { ...message, executions: [{ ...saved, id: 'e1' }] };
    executions.resume(running, 0);
    await vi.runAllTimersAsync();
    executions.resume(running, 0);
    expect(calls.follow).toHaveBeenCalledOnce();
    expect(executions.of(running, 0)?.status).toBe('ok');
  });

  it('leaves the line to others once it is over', async () => {
    const { api } = scripted([opening, done]);
    const executions = new Executions(api, () => undefined, follows);
    release.mockClear();
    executions.resume({ ...message, executions: [saved] }, 0);
    await vi.runAllTimersAsync();
    expect(release).toHaveBeenCalledOnce();
  });

  it('looks now and then where there is no line, until it is told of the end', async () => {
    const { api, calls } = scripted([opening, printed], [opening, printed], [opening, printed]);
    const missed = vi.fn();
    const executions = new Executions(api, missed, looks);
    const running = { ...message, executions: [{ ...saved, id: 'e1' }] };
    executions.resume(running, 0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls.follow.mock.calls.length).toBeGreaterThan(1);
    expect(executions.of(running, 0)?.status).toBe('running');
    const news = { conversation_id: 'c1', message_id: 'm1', block: 0, id: 'e1' };
    executions.heard({ ...news, status: 'ok' }, running);
    const looked = calls.follow.mock.calls.length;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(calls.follow).toHaveBeenCalledTimes(looked);
    expect(missed).toHaveBeenCalledOnce();
  });

  it('asks for nothing where the message tells of the end at once', async () => {
    const { api, calls } = scripted();
    const executions = new Executions(api, () => undefined, follows);
    const told: Message = { ...message, executions: [saved] };
    executions.resume(told, 0);
    told.executions = [{ ...saved, status: 'ok' }];
    expect(executions.of(told, 0)?.status).toBe('ok');
    await vi.runAllTimersAsync();
    expect(calls.follow).not.toHaveBeenCalled();
    expect(executions.busyIn([told])).toBe(false);
  });

  describe('told of what came after the end', () => {
    const news = { conversation_id: 'c1', message_id: 'm1', block: 0, tool_call_id: null };
    const late = { ...news, id: 'e1', status: 'ok', late: true } as const;
    const more = event('execution', {
      ...(JSON.parse(opening.data) as object),
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'hi, and more' }],
    });

    it('shows it where it has followed to the end', async () => {
      const { api } = scripted([opening, printed, done], [more, done]);
      const missed = vi.fn();
      const executions = new Executions(api, missed, follows);
      await executions.run(message, 0, '1');
      executions.heard(late, message);
      await vi.runAllTimersAsync();
      const shown = executions.of(message, 0);
      expect(shown?.outputs).toEqual([
        { output_type: 'stream', name: 'stdout', text: 'hi, and more' },
      ]);
      expect(shown?.status).toBe('ok');
      expect(missed).not.toHaveBeenCalled();
    });

    it('reads the conversation anew where it knows the block from there', () => {
      const { api, calls } = scripted();
      const missed = vi.fn();
      new Executions(api, missed, follows).heard(late, message);
      expect(missed).toHaveBeenCalledExactlyOnceWith('c1');
      expect(calls.follow).not.toHaveBeenCalled();
    });

    it('forgets what it has followed in a conversation that is not shown', async () => {
      const { api } = scripted([opening, printed, done]);
      const executions = new Executions(api, () => undefined, follows);
      await executions.run(message, 0, '1');
      executions.heard(late);
      expect(executions.of(message, 0)).toBeUndefined();
    });
  });
});
