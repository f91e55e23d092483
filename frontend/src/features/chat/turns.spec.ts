import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '$lib/api/types';
import { keepFor } from '$lib/own-storage';
import { eventually } from '$lib/eventually';
import type { Chat } from './chat.svelte';
import { frame, json, makeChat, ScriptedServer, stream } from './scripted-server';
import { written } from './written';

let script: ScriptedServer['script'];
let sent: ScriptedServer['sent'];

beforeEach(() => {
  localStorage.clear();
  ({ script, sent } = new ScriptedServer());
});
afterEach(() => vi.unstubAllGlobals());

/** A stream that stays open. */
const open =
  (...frames: string[]) =>
  () =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(frames.join(''))),
      }),
    );

const answer = (id: string, more: Partial<Message> = {}): Message => ({
  id,
  conversation_id: 'c',
  parent_id: 'q',
  role: 'assistant',
  content: `I am ${id}`,
  status: 'complete',
  created_at: id,
  choice_id: 'x',
  ...more,
});
const prompt = answer('q', { parent_id: null, role: 'user', choice_id: null });
const run = (run_id: string, message_id: string) =>
  frame(1, 'run', {
    run_id,
    message_id,
    conversation_id: 'c',
    user_message_id: 'q',
    choice_id: 'x',
  });
const says = (run_id: string, seq: number, text: string) => frame(seq, 'delta', { run_id, text });
const done = (run_id: string, seq: number, message: Message) =>
  frame(seq, 'done', { run_id, message });

const loads = (items: Message[], leaf: string) =>
  script.push(
    ['GET conversations/c', json({ id: 'c', model: null })],
    ['GET conversations/c/messages', json({ items, current_leaf_id: leaf })],
  );
const settled = (chat: Chat) => eventually(() => expect(chat.busy).toBe(false));
const choice = (chat: Chat) => chat.choice.map(({ id, content }) => [id, content]);

describe('several models', () => {
  it('answer one prompt side by side', async () => {
    const chat = makeChat();
    const mixed = [run('r1', 'a'), says('r1', 2, 'I '), run('r2', 'b'), says('r2', 2, 'I am b')];
    const rest = [done('r2', 3, answer('b')), says('r1', 3, 'am a'), done('r1', 4, answer('a'))];
    script.push(['POST chat', stream(...mixed, ...rest)]);
    expect(await chat.send(written('Hi'), ['m1', 'm2'])).toBe(true);
    await settled(chat);
    expect(sent[0]?.[1]).toEqual({ content: 'Hi', models: ['m1', 'm2'] });
    expect(choice(chat)).toEqual([
      ['a', 'I am a'],
      ['b', 'I am b'],
    ]);
    expect(chat.rows.map(({ kind }) => kind)).toEqual(['message', 'choice']);
  });

  it('are all followed again when the chat is opened', async () => {
    const chat = makeChat('c');
    const writing = { status: 'streaming', content: 'I' } as const;
    const first = answer('a', { ...writing, run_id: 'r1', seq: 2 });
    const second = answer('b', { ...writing, run_id: 'r2', seq: 3 });
    loads([prompt, first, second], 'a');
    script.push(
      ['GET runs/r1/events?after=2', stream(done('r1', 3, answer('a')))],
      ['GET runs/r2/events?after=3', stream(says('r2', 4, ' am b'), done('r2', 5, answer('b')))],
    );
    await chat.open();
    expect(choice(chat)).toEqual([
      ['a', 'I am a'],
      ['b', 'I am b'],
    ]);
  });

  it('are stopped together or one alone', async () => {
    const chat = makeChat();
    script.push(['POST chat', open(run('r1', 'a'), run('r2', 'b'))]);
    await chat.send(written('Hi'), ['m1', 'm2']);
    await eventually(() => expect(chat.turns.of('b')).toBeDefined());
    script.push(['POST runs/r2/cancel', json({})]);
    await chat.turns.stop('b');
    script.push(['POST runs/r1/cancel', json({})], ['POST runs/r2/cancel', json({})]);
    await chat.turns.stop();
    const cancelled = sent.map(([call]) => call).filter((call) => call.endsWith('cancel'));
    expect(cancelled.map((call) => call.split('/')[1])).toEqual(['r2', 'r1', 'r2']);
    chat.release();
  });

  it('become versions once one is picked', async () => {
    const chat = makeChat('c');
    loads([prompt, answer('a'), answer('b')], 'a');
    await chat.open();
    script.push(['POST messages/b/pick', json(answer('b', { choice_id: null }))]);
    await chat.pick(answer('b'));
    expect(choice(chat)).toEqual([]);
    expect(chat.rows.map(({ id }) => id)).toEqual(['q', 'b']);
  });
});

describe('a message sent while an answer is written', () => {
  it('waits, and is not sent before the answer is complete', async () => {
    const chat = makeChat();
    script.push(['POST chat', open(run('r1', 'a'))]);
    await chat.send(written('Hi'), ['m1']);
    expect(await chat.send(written('And then?'), ['m1'])).toBe(true);
    expect(chat.queue.next?.text).toBe('And then?');
    expect(chat.answered).toBe(false);
    expect(sent).toHaveLength(1);
    chat.release();
  });

  it.each([
    ['complete', true],
    ['cancelled', false],
    ['error', false],
    ['interrupted', false],
  ] as const)('may go by itself after an answer that is %s: %s', async (status, goes) => {
    const chat = makeChat('c');
    loads([prompt, answer('a', { status, choice_id: null })], 'a');
    await chat.open();
    expect(chat.answered).toBe(goes);
  });

  it('is kept where the server does not take it', async () => {
    const chat = makeChat('c');
    loads([prompt, answer('a', { choice_id: null })], 'a');
    await chat.open();
    chat.queue.add(written('And then?'));
    await chat.sendQueued(chat.queue.next?.id ?? '', []);
    expect(chat.queue.items.map(({ text }) => text)).toEqual(['And then?']);
    expect(chat.queue.next).toBeUndefined();
  });
});

describe('an answer for which the web is searched', () => {
  const searches = () => sent.filter(([call]) => call === 'POST chat').map(([, body]) => body);
  const answers = (id: string) => {
    const begun = { run_id: id, message_id: id, conversation_id: 'c', user_message_id: null };
    const whole = answer(id, { choice_id: null });
    const frames = [frame(1, 'run', begun), frame(2, 'done', { message: whole })];
    script.push(['POST chat', stream(...frames)]);
  };

  it('is asked for with each prompt, regeneration and continuation until it is off', async () => {
    const chat = makeChat('c');
    loads([prompt, answer('a', { choice_id: null })], 'a');
    await chat.open();
    chat.web.toggle();
    const asks = [
      () => chat.send(written('Hi'), ['m1', 'm2']),
      () => chat.resend(prompt, 'Hello', ['m1']),
      () => chat.regenerate(answer('a'), { model: 'm1' }),
      () => chat.continue(answer('a')),
    ];
    for (const ask of asks) {
      answers('b');
      await ask();
      await settled(chat);
      expect(searches().at(-1)).toMatchObject({ web_search: true });
    }
    chat.web.toggle();
    answers('b');
    await chat.continue(answer('a'));
    expect(searches().at(-1)).not.toHaveProperty('web_search');
  });

  it('is what was wanted when its prompt was queued', async () => {
    const chat = makeChat('c');
    loads([prompt, answer('a', { choice_id: null })], 'a');
    await chat.open();
    script.push(['POST chat', open(run('r1', 'b'))]);
    await chat.send(written('Hi'), ['m1']);
    chat.web.toggle();
    await chat.send(written('Search'), ['m1']);
    chat.web.toggle();
    await chat.send(written('Do not'), ['m1']);
    expect(chat.queue.items.map(({ web }) => web)).toEqual([true, false]);
    chat.release();
    answers('d');
    await chat.sendQueued(chat.queue.next?.id ?? '', ['m1']);
    expect(searches().at(-1)).toMatchObject({ content: 'Search', web_search: true });
  });

  it('stays with a new chat that gets its id', async () => {
    keepFor('ada');
    const chat = makeChat();
    chat.web.toggle();
    script.push(['POST chat', stream(run('r', 'a'), done('r', 2, answer('a')))]);
    await chat.send(written('Hi'), ['m1']);
    await settled(chat);
    expect([makeChat('c').web.on, makeChat().web.on]).toEqual([true, false]);
    keepFor(null);
  });
});

describe('another answer', () => {
  it('is asked for with a model and a hint, and stays below its prompt', async () => {
    const chat = makeChat('c');
    loads([prompt, answer('a', { choice_id: null })], 'a');
    await chat.open();
    const again = { run_id: 'r', message_id: 'b', conversation_id: 'c', user_message_id: null };
    script.push(['POST chat', open(frame(1, 'run', again))]);
    await chat.regenerate(answer('a'), { model: 'm2', hint: 'Shorter' });
    expect(sent.at(-1)?.[1]).toEqual({
      conversation_id: 'c',
      regenerate: 'a',
      model: 'm2',
      hint: 'Shorter',
    });
    expect(chat.path.map(({ id }) => id)).toEqual(['q', 'b']);
    chat.release();
  });
});

describe('an answer that calls a tool', () => {
  const call = { id: 't', name: 'run_code', arguments: '{"code":"1"}', at: 0 };
  const asks = [frame(2, 'tool_call', call), frame(3, 'approval', { tool_call_id: 't' })];
  const alone = (status: Message['status'], more: Partial<Message> = {}) =>
    answer('a', { status, content: '', choice_id: null, ...more });

  it('is given the tools of its model, and told what the user decides', async () => {
    const given = vi.fn(() => Promise.resolve(['run_code']));
    const chat = makeChat(null, {}, given);
    script.push(['POST chat', open(run('r1', 'a'), ...asks)]);
    await chat.send(written('Hi'), ['m1']);
    await eventually(() => expect(chat.messages['a']?.tool_calls?.[0]?.approval).toBe('asked'));
    expect(given).toHaveBeenCalledWith(['m1']);
    expect(sent[0]?.[1]).toEqual({ content: 'Hi', model: 'm1', tools: ['run_code'] });
    script.push(['POST runs/r1/approve', json({})]);
    await chat.turns.decide(alone('streaming'), 't', true);
    expect(sent.at(-1)?.[1]).toEqual({ tool_call_id: 't', approve: true });
    expect(chat.messages['a']?.tool_calls?.[0]?.approval).toBe('allowed');
    chat.release();
  });

  it('says that a call is being written until it has come', async () => {
    const chat = makeChat();
    const begins = frame(2, 'status', { stage: 'tool_call', detail: 'run_code' });
    script.push(['POST chat', open(run('r1', 'a'), begins)]);
    await chat.send(written('Hi'), ['m1']);
    await eventually(() => expect(chat.turns.of('a')?.calling).toBe('run_code'));
    expect(chat.turns.of('a')?.stage).toBeNull();
    chat.release();
  });

  it('is rejoined with the calls it had made, which are told once', async () => {
    const chat = makeChat('c');
    const asked = { ...call, approval: 'asked' as const };
    const writing = alone('streaming', { run_id: 'r1', seq: 3, tool_calls: [asked] });
    loads([prompt, writing], 'a');
    const result = frame(4, 'tool_result', { tool_call_id: 't', content: '1', is_error: false });
    const whole = alone('complete', {
      content: 'One.',
      tool_calls: [{ ...asked, approval: 'allowed', result: { content: '1', is_error: false } }],
    });
    script.push(['GET runs/r1/events?after=3', stream(...asks, result, done('r1', 5, whole))]);
    await chat.open();
    expect(chat.messages['a']?.tool_calls).toEqual(whole.tool_calls);
    expect(chat.busy).toBe(false);
  });
});
