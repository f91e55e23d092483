import { describe, expect, it } from 'vitest';
import { ApiError, NetworkError } from '$lib/api/errors';
import type { ServerEvent } from '$lib/sse/parser';
import { followRun, type RunSource } from './follow-run';

const frame = (seq: number, event: string, data: object = {}): ServerEvent => ({
  id: String(seq),
  event,
  data: JSON.stringify(data),
});
const run = frame(1, 'run', { run_id: 'r', conversation_id: 'c', message_id: 'm' });
const delta = (seq: number) => frame(seq, 'delta', { text: `<${seq}>` });
const done = (seq: number) => frame(seq, 'done', { message: {} });
const cut = new NetworkError('cut');

async function* stream(...parts: (ServerEvent | Error)[]): AsyncGenerator<ServerEvent> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield part;
  }
}

/** Plays `streams` one after the other and keeps what was asked for. */
function makeSource(...streams: AsyncIterable<ServerEvent>[]) {
  const asked: [string, number][] = [];
  const connection: boolean[] = [];
  const source: RunSource = {
    first: streams.shift(),
    reopen: (id, after) => {
      asked.push([id, after]);
      return streams.shift() ?? stream();
    },
    wait: () => Promise.resolve(),
    connection: (lost) => connection.push(lost),
    signal: new AbortController().signal,
  };
  return { source, asked, connection };
}

async function seqs(source: RunSource): Promise<number[]> {
  const seen: number[] = [];
  for await (const event of followRun(source, { runId: null, seq: 0 })) seen.push(event.seq);
  return seen;
}

describe('followRun', () => {
  it('gives the events of an unbroken stream', async () => {
    const { source } = makeSource(stream(run, delta(2), done(3)));
    expect(await seqs(source)).toEqual([1, 2, 3]);
  });

  it('goes on after a cut exactly where it was', async () => {
    const { source, asked } = makeSource(stream(run, delta(2), cut), stream(delta(3), done(4)));
    expect(await seqs(source)).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual([['r', 2]]);
  });

  it('drops what a server sends twice', async () => {
    const { source } = makeSource(stream(run, delta(2), cut), stream(run, delta(2), done(3)));
    expect(await seqs(source)).toEqual([1, 2, 3]);
  });

  it('tells when the line is lost and when it is back', async () => {
    const { source, connection } = makeSource(stream(run, cut), stream(cut), stream(done(2)));
    await seqs(source);
    expect(connection).toEqual([true, true, false]);
  });

  it('throws what happens before the run began', async () => {
    const { source } = makeSource(stream(cut));
    await expect(seqs(source)).rejects.toBe(cut);
  });

  it('throws when the run is not there any more', async () => {
    const gone = new ApiError({ type: '', title: '', status: 404, detail: '', code: 'not_found' });
    const { source } = makeSource(stream(run, cut), stream(gone));
    await expect(seqs(source)).rejects.toBe(gone);
  });

  it('ends when the server closes the stream without a last event', async () => {
    const { source, asked } = makeSource(stream(run, delta(2)), stream(done(3)));
    expect(await seqs(source)).toEqual([1, 2]);
    expect(asked).toEqual([]);
  });
});
