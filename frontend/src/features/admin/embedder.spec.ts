import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '$lib/api/errors';
import { EmbedderChange } from './embedder.svelte';
import { MINILM, nextOf, NOMIC, serving, TO_NOMIC } from './scripted-embedder';

let hidden = false;
let stop: () => void = () => undefined;

const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const refusal = (status: number, code: string, errors?: { loc: string[]; msg: string }[]) =>
  new ApiError({
    type: 'about:blank',
    title: 'No',
    status,
    code,
    detail: 'It says no.',
    ...(errors && { errors }),
  });

function look(away: boolean): void {
  hidden = away;
  document.dispatchEvent(new Event('visibilitychange'));
}

async function following(...held: Parameters<typeof serving>) {
  const { api, ...rest } = serving(...held);
  const embedder = new EmbedderChange(api);
  stop = embedder.follow();
  await after(0);
  return { embedder, ...rest };
}

beforeEach(() => {
  hidden = false;
  vi.useFakeTimers();
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
});
afterEach(() => {
  stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('reads once what is in use where nothing is under way', async () => {
  const { embedder, calls } = await following();
  await after(60_000);
  expect(embedder.known?.current).toEqual(MINILM);
  expect(calls.get).toHaveBeenCalledOnce();
});

it('follows the work every two seconds, and keeps it in sight when it is over', async () => {
  const { embedder, calls, server } = await following(nextOf({ error: 'Ollama is away.' }));
  server.state = { ...server.state, next: nextOf({ done: 120 }) };
  await after(2_000);
  expect(embedder.known?.next).toMatchObject({ done: 120, error: null });
  server.state = { current: NOMIC, next: null, chunks: 500 };
  await after(2_000);
  expect(embedder.over).toMatchObject({ model: NOMIC.model, total: 500 });
  await after(60_000);
  expect(calls.get).toHaveBeenCalledTimes(3);
});

it('says nothing of work that somebody else has stopped', async () => {
  const { embedder, server } = await following(nextOf());
  server.state = { ...server.state, next: null };
  await after(2_000);
  expect([embedder.known?.next, embedder.over]).toEqual([null, null]);
});

it('asks nothing while the page cannot be seen, and at once when it is seen again', async () => {
  const { calls } = await following(nextOf());
  look(true);
  await after(30_000);
  const before = calls.get.mock.calls.length;
  await after(60_000);
  expect(calls.get).toHaveBeenCalledTimes(before);
  look(false);
  await after(0);
  expect(calls.get).toHaveBeenCalledTimes(before + 1);
});

it('asks nothing once the page is left', async () => {
  const { calls } = await following(nextOf());
  stop();
  await after(60_000);
  expect(calls.get).toHaveBeenCalledOnce();
});

it('keeps what it knows while the server is away, and goes on asking', async () => {
  const { embedder, calls, server } = await following(nextOf());
  calls.get.mockRejectedValueOnce(new NetworkError('Away.'));
  await after(2_000);
  expect(embedder.known?.next).toMatchObject({ done: 0 });
  server.state = { ...server.state, next: nextOf({ done: 7 }) };
  await after(2_000);
  expect(embedder.known?.next).toMatchObject({ done: 7 });
});

it('says why nothing is known, and forgets that with the next answer', async () => {
  const { api, calls } = serving();
  const embedder = new EmbedderChange(api);
  calls.get.mockRejectedValueOnce(refusal(403, 'unknown'));
  await embedder.load();
  expect([embedder.known, embedder.failure]).toEqual([null, 'It says no.']);
  await embedder.load();
  expect([embedder.known?.chunks, embedder.failure]).toEqual([500, '']);
});

it('tries a choice and asks before anything is changed', async () => {
  const { embedder, calls } = await following();
  await embedder.test(TO_NOMIC);
  expect(embedder.asked).toEqual({
    choice: TO_NOMIC,
    test: { dimensions: 768, milliseconds: 240, chunks: 500 },
  });
  embedder.dismiss();
  expect(await embedder.change()).toBe(false);
  expect(calls.change).not.toHaveBeenCalled();
});

it('changes what was asked for, and follows the work', async () => {
  const { embedder, calls } = await following();
  await embedder.test(TO_NOMIC);
  expect(await embedder.change()).toBe(true);
  expect(calls.change).toHaveBeenCalledExactlyOnceWith(TO_NOMIC);
  expect([embedder.asked, embedder.busy]).toEqual([null, null]);
  expect(embedder.known?.next?.model).toBe(NOMIC.model);
  await after(2_000);
  expect(calls.get).toHaveBeenCalledTimes(2);
});

it('is busy while it tries, and tries once', async () => {
  const { embedder, calls } = await following();
  const trying = embedder.test(TO_NOMIC);
  void embedder.test(TO_NOMIC);
  expect(embedder.busy).toBe('test');
  await trying;
  expect([embedder.busy, calls.test.mock.calls.length]).toEqual([null, 1]);
});

it.each([
  ['as a whole', undefined, 'It says no.', {}],
  ['by a field', [{ loc: ['body', 'model'], msg: 'Too long.' }], '', { model: 'Too long.' }],
  ['by what no field is for', [{ loc: ['kind'], msg: 'Unknown.' }], 'It says no.', {}],
])('says what the server has against a choice %s', async (_, errors, whole, fields) => {
  const { embedder, calls } = await following();
  calls.test.mockRejectedValueOnce(refusal(422, 'malformed', errors));
  await embedder.test(TO_NOMIC);
  expect([embedder.asked, embedder.refusal, embedder.fields]).toEqual([null, whole, fields]);
  await embedder.test(TO_NOMIC);
  expect([embedder.refusal, embedder.fields]).toEqual(['', {}]);
});

it('says so where the change is refused after all, and asks no more', async () => {
  const { embedder, calls } = await following();
  await embedder.test(TO_NOMIC);
  calls.change.mockRejectedValueOnce(refusal(409, 'embedder_missing'));
  expect(await embedder.change()).toBe(false);
  expect([embedder.asked, embedder.refusal]).toEqual([null, 'It says no.']);
});

it('stops the work, whatever an older answer says', async () => {
  const { embedder, calls } = await following(nextOf());
  const late = { current: MINILM, next: nextOf({ done: 9 }), chunks: 500 };
  calls.get.mockReturnValueOnce(new Promise((resolve) => setTimeout(() => resolve(late), 1_000)));
  await after(2_500);
  await embedder.cancel();
  await after(1_000);
  expect([embedder.known?.next, embedder.over, embedder.busy]).toEqual([null, null, null]);
});

it('reads what has become of work that cannot be stopped any more', async () => {
  const { embedder, calls, server } = await following(nextOf());
  server.state = { current: NOMIC, next: null, chunks: 500 };
  calls.cancel.mockRejectedValueOnce(refusal(409, 'no_change'));
  await expect(embedder.cancel()).rejects.toThrow('It says no.');
  await after(0);
  expect(embedder.known?.current).toEqual(NOMIC);
  expect(embedder.over?.model).toBe(NOMIC.model);
});
