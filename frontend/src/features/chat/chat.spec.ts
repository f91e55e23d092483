import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attachment, Message } from '$lib/api/types';
import { eventually } from '$lib/eventually';
import type { Chat } from './chat.svelte';
import { frame, json, makeChat as chatOf, ScriptedServer, stream } from './scripted-server';
import { written } from './written';

let script: ScriptedServer['script'];
let sent: ScriptedServer['sent'];

beforeEach(() => ({ script, sent } = new ScriptedServer()));
afterEach(() => vi.unstubAllGlobals());

const makeMessage = (id: string, changes: Partial<Message> = {}): Message => ({
  id,
  conversation_id: 'c',
  parent_id: null,
  role: 'user',
  content: id,
  status: 'complete',
  created_at: id,
  ...changes,
});
const answer = (changes: Partial<Message> = {}) =>
  makeMessage('m2', { parent_id: 'm1', role: 'assistant', content: 'Hello!', ...changes });
const NOTES: Attachment = {
  id: 'f',
  kind: 'text',
  filename: 'notes.md',
  media_type: 'text/markdown',
  size: 5,
};
const RUN = frame(1, 'run', {
  run_id: 'r',
  conversation_id: 'c',
  user_message_id: 'm1',
  message_id: 'm2',
});

const makeChat = (id: string | null = null) => {
  const created: (string | null)[] = [];
  const chat = chatOf(id, { created: (made) => created.push(made.id) });
  return { chat, created };
};
const shown = (chat: Chat) => chat.path.map(({ role, content }) => [role, content]);
const loads = (items: Message[], leaf: string | null) =>
  script.push(
    ['GET conversations/c', json({ id: 'c', model: null })],
    ['GET conversations/c/messages', json({ items, current_leaf_id: leaf })],
  );
const settled = (chat: Chat) => eventually(() => expect(chat.busy).toBe(false));

describe('Chat', () => {
  it('shows a prompt and its answer, and learns its own id', async () => {
    const { chat, created } = makeChat();
    const done = frame(3, 'done', { message: answer() });
    script.push(['POST chat', stream(RUN, frame(2, 'delta', { text: 'Hel' }), done)]);
    expect(await chat.send(written('Hi'), ['fake/echo'])).toBe(true);
    await settled(chat);
    expect(shown(chat)).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Hello!'],
    ]);
    expect(created).toEqual(['c']);
    expect(sent).toEqual([['POST chat', { content: 'Hi', model: 'fake/echo' }]]);
  });

  it('shows the prompt before the server has taken it', () => {
    const { chat } = makeChat();
    void chat.send(written('Hi'), []);
    expect(chat.pending).toMatchObject({ content: 'Hi', parentId: null });
    expect(chat.busy).toBe(true);
  });

  it('sends files, and sends them again with other words', async () => {
    const { chat } = makeChat();
    const done = frame(2, 'done', { message: answer() });
    script.push(['POST chat', stream(RUN, done)], ['POST chat', stream(RUN, done)]);
    await chat.send({ ...written('Hi'), files: [NOTES] }, []);
    await settled(chat);
    const [prompt] = chat.path;
    expect(prompt?.attachments).toEqual([NOTES]);
    if (prompt) await chat.resend(prompt, 'Hello', []);
    expect(sent.map(([, body]) => body)).toMatchObject([
      { content: 'Hi', attachments: [{ file_id: 'f' }] },
      { content: 'Hello', attachments: [{ file_id: 'f' }] },
    ]);
  });

  it('names what it is to be answered from, and names it again with other words', async () => {
    const { chat } = makeChat();
    const sources = [
      { kind: 'document', id: 'd', name: 'report.pdf', use: 'whole' },
      { kind: 'collection', id: 'k', name: 'Reports', use: 'auto' },
    ] as const;
    const done = frame(2, 'done', { message: answer() });
    script.push(['POST chat', stream(RUN, done)], ['POST chat', stream(RUN, done)]);
    const sending = chat.send({ ...written('Hi'), sources }, []);
    expect(chat.pending?.sources).toEqual(sources);
    await sending;
    await settled(chat);
    const [prompt] = chat.path;
    expect(prompt?.sources).toEqual(sources);
    if (prompt) await chat.resend(prompt, 'Hello', []);
    const named = {
      attachments: [{ document_id: 'd', use: 'whole' }],
      collection_ids: ['k'],
    };
    expect(sent.map(([, body]) => body)).toMatchObject([
      { content: 'Hi', ...named },
      { content: 'Hello', ...named },
    ]);
  });

  it('keeps what an answer may point at while it is written, and says what it waits for', async () => {
    const { chat } = makeChat();
    const citation = { index: 1, title: 'report.pdf', text: 'It is so.', score: 1 };
    let go: () => void = () => undefined;
    const told = [
      frame(2, 'status', { stage: 'reading', detail: 'report.pdf' }),
      frame(3, 'citations', { items: [citation] }),
      frame(4, 'delta', { text: 'So [1].' }),
    ];
    const slow = () =>
      new Response(
        new ReadableStream({
          async start(controller) {
            for (const part of [RUN, ...told]) {
              controller.enqueue(new TextEncoder().encode(part));
              await new Promise<void>((resolve) => (go = resolve));
            }
          },
        }),
      );
    script.push(['POST chat', slow]);
    await chat.send(written('Hi'), []);
    go();
    await eventually(() => expect(chat.turns.of('m2')?.stage).toBe('Reading report.pdf…'));
    go();
    await eventually(() => expect(chat.path.at(-1)?.citations).toEqual([citation]));
    expect(chat.turns.of('m2')?.stage).toBeNull();
    go();
    await eventually(() => expect(chat.path.at(-1)?.content).toBe('So [1].'));
    expect(chat.path.at(-1)?.citations).toEqual([citation]);
  });

  it('says what went wrong when a prompt is not taken', async () => {
    const { chat } = makeChat();
    script.push(['POST chat', json({ status: 429, detail: 'Slow down.' }, 429)]);
    expect(await chat.send(written('Hi'), [])).toBe(false);
    expect(chat.failure).toBe('Slow down.');
    expect(chat.empty).toBe(true);
  });

  it('goes on after a lost line without losing or doubling text', async () => {
    const { chat } = makeChat();
    const cut = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            const bytes = new TextEncoder().encode(RUN + frame(2, 'delta', { text: 'Hel' }));
            controller.enqueue(bytes);
          },
          pull(controller) {
            controller.error(new TypeError('network'));
          },
        }),
      );
    const rest = [frame(3, 'delta', { text: 'lo!' }), frame(4, 'done', { message: answer() })];
    script.push(['POST chat', cut], ['GET runs/r/events?after=2', stream(...rest)]);
    await chat.send(written('Hi'), []);
    expect(chat.turns.lost || chat.busy).toBe(true);
    await eventually(() => expect(chat.busy).toBe(false));
    expect(shown(chat).at(-1)).toEqual(['assistant', 'Hello!']);
    expect(chat.turns.lost).toBe(false);
  });

  it('rejoins an answer that is being written when it is opened', async () => {
    const { chat } = makeChat('c');
    const writing = answer({ content: 'Hel', status: 'streaming', run_id: 'r', seq: 5 });
    loads([makeMessage('m1'), writing], 'm2');
    const rest = [frame(6, 'delta', { text: 'lo' }), frame(7, 'done', { message: answer() })];
    script.push(['GET runs/r/events?after=5', stream(...rest)]);
    await chat.open();
    expect(shown(chat).at(-1)).toEqual(['assistant', 'Hello!']);
    expect(chat.busy).toBe(false);
  });

  it('keeps the partial text of an answer that failed', async () => {
    const { chat } = makeChat();
    const problem = { type: '', title: '', status: 502, detail: 'Refused.', code: 'refused' };
    const failed = answer({ content: 'Hel', status: 'error', error: problem });
    const events = [
      frame(2, 'delta', { text: 'Hel' }),
      frame(3, 'error', { problem, message: failed }),
    ];
    script.push(['POST chat', stream(RUN, ...events)]);
    await chat.send(written('Hi'), []);
    await settled(chat);
    expect(chat.path.at(-1)).toMatchObject({ content: 'Hel', status: 'error', error: problem });
  });

  it('asks an edited prompt as a branch beside the old one', async () => {
    const { chat } = makeChat('c');
    loads([makeMessage('m0'), answer({ parent_id: 'm0' })], 'm2');
    await chat.open();
    script.push(['POST chat', stream(frame(1, 'error', { problem: {} }))]);
    void chat.resend(makeMessage('m0'), 'Again', []);
    await eventually(() => expect(sent.at(-1)?.[0]).toBe('POST chat'));
    expect(sent.at(-1)?.[1]).toEqual({ conversation_id: 'c', parent_id: null, content: 'Again' });
  });

  it('brings a hidden message back on undo', async () => {
    const { chat } = makeChat('c');
    loads([makeMessage('m1'), answer()], 'm2');
    await chat.open();
    const undo = chat.hide('m2');
    expect(shown(chat)).toEqual([['user', 'm1']]);
    undo();
    expect(shown(chat)).toHaveLength(2);
  });

  it('shows the newest end of another version and tells the server', async () => {
    const { chat } = makeChat('c');
    const below = makeMessage('m4', { parent_id: 'm3' });
    const other = answer({ id: 'm3', created_at: 'm3' });
    loads([makeMessage('m1'), answer(), other, below], 'm2');
    await chat.open();
    script.push(['PATCH conversations/c', json({})]);
    await chat.show('m3');
    expect(chat.leafId).toBe('m4');
    expect(sent.at(-1)).toEqual(['PATCH conversations/c', { current_leaf_id: 'm4' }]);
  });

  it('tells a chat that is gone from one that could not be loaded', async () => {
    const { chat } = makeChat('c');
    const gone = json({ status: 404, detail: 'Nothing here.' }, 404);
    script.push(['GET conversations/c', gone], ['GET conversations/c/messages', gone]);
    await chat.open();
    expect(chat.state).toBe('missing');
    const { chat: other } = makeChat('c');
    await other.open();
    expect(other.state).toBe('failed');
  });

  it('sends one message to another model and keeps its own', async () => {
    const { chat } = makeChat();
    script.push(
      ['POST conversations', json({ id: 'c', model: 'fake/echo' }, 201)],
      ['POST chat', stream(RUN, frame(2, 'done', { message: answer() }))],
    );
    expect(await chat.send({ ...written('Hi'), once: 'fake/lorem' }, ['fake/echo'])).toBe(true);
    expect(sent[0]?.[1]).toMatchObject({ model: 'fake/echo' });
    expect(sent[1]?.[1]).toMatchObject({ model: 'fake/lorem', keep_model: true });
  });

  it('keeps its parameters until the first turn, which they are saved before', async () => {
    const { chat } = makeChat();
    chat.tuning.change({ params: { temperature: 0.5 }, system_prompt: 'Be brief' });
    script.push(
      ['POST conversations', json({ id: 'c', model: null }, 201)],
      ['POST chat', stream(RUN, frame(2, 'done', { message: answer() }))],
    );
    expect(await chat.send(written('Hi'), [])).toBe(true);
    const told = { params: { temperature: 0.5 }, system_prompt: 'Be brief' };
    expect(sent[0]).toEqual(['POST conversations', { folder_id: null, model: null, ...told }]);
  });
});

describe('a long chat', () => {
  const tree = [
    makeMessage('m1'),
    answer(),
    makeMessage('m3', { parent_id: 'm2' }),
    answer({ id: 'm4', parent_id: 'm3' }),
  ];
  const ids = (chat: Chat) => chat.path.map(({ id }) => id);
  const begins = (rest: () => Response | Promise<Response>) =>
    script.push(
      ['GET conversations/c', json({ id: 'c', model: null })],
      [
        'GET conversations/c/messages?last=20',
        json({ items: tree.slice(2), current_leaf_id: 'm4', partial: true }),
      ],
      ['GET conversations/c/messages', rest],
    );

  it('begins with its end, to which the rest is put', async () => {
    begins(json({ items: tree, current_leaf_id: 'm4' }));
    const { chat } = makeChat('c');
    await chat.open();
    expect([chat.state, chat.partial, ids(chat)]).toEqual(['ready', true, ['m3', 'm4']]);
    await eventually(() => expect(chat.partial).toBe(false));
    expect(ids(chat)).toEqual(['m1', 'm2', 'm3', 'm4']);
  });

  it('keeps what is said while the rest is on its way', async () => {
    let come: (rest: Response) => void = () => undefined;
    begins(() => new Promise((resolve) => (come = resolve)));
    const { chat } = makeChat('c');
    await chat.open();
    const run = { run_id: 'r', conversation_id: 'c', user_message_id: 'm5', message_id: 'm6' };
    const said = answer({ id: 'm6', parent_id: 'm5' });
    script.push(['POST chat', stream(frame(1, 'run', run), frame(2, 'done', { message: said }))]);
    await chat.send(written('More'), ['fake/echo']);
    await settled(chat);
    come(Response.json({ items: tree, current_leaf_id: 'm4' }));
    await eventually(() => expect(chat.partial).toBe(false));
    expect(ids(chat)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6']);
  });

  it('brings a message into view that is in the rest', async () => {
    begins(json({ items: tree, current_leaf_id: 'm4' }));
    const { chat } = makeChat('c');
    chat.reveal('m1');
    await chat.open();
    await eventually(() => expect(ids(chat)).toContain('m1'));
    expect(chat.wanted).toBe('m1');
  });

  it('is read whole where its end cannot be had', async () => {
    loads(tree, 'm4');
    const { chat } = makeChat('c');
    await chat.open();
    expect([chat.partial, ids(chat)]).toEqual([false, ['m1', 'm2', 'm3', 'm4']]);
  });
});
