import { describe, expect, it } from 'vitest';
import { NetworkError } from '$lib/api/errors';
import type { ServerEvent } from '$lib/sse/parser';
import { splitRuns } from './split-runs';

const frame = (seq: number, event: string, data: object): ServerEvent => ({
  id: String(seq),
  event,
  data: JSON.stringify(data),
});
const run = (run_id: string) => frame(1, 'run', { run_id });
const said = (run_id: string, seq: number) => frame(seq, 'delta', { run_id, text: '' });

async function* stream(...parts: (ServerEvent | Error)[]): AsyncGenerator<ServerEvent> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield part;
  }
}

/** What each run hears: the numbers of its events, and the message of the error that ends it. */
async function heard(frames: AsyncIterable<ServerEvent>): Promise<Record<string, string[]>> {
  const lines: Record<string, string[]> = {};
  const reading: Promise<void>[] = [];
  for await (const { run, events } of splitRuns(frames)) {
    const line = (lines[run.run_id] = [] as string[]);
    const read = async () => {
      for await (const { id } of events) line.push(id);
    };
    reading.push(read().catch((error: Error) => void line.push(error.message)));
  }
  await Promise.all(reading);
  return lines;
}

describe('splitRuns', () => {
  it('gives each run of a response its own events', async () => {
    const mixed = [run('a'), said('a', 2), run('b'), said('b', 2), said('a', 3), said('b', 3)];
    expect(await heard(stream(...mixed))).toEqual({ a: ['2', '3'], b: ['2', '3'] });
  });

  it('gives a run that is alone events that do not name it', async () => {
    const alone = frame(2, 'delta', { text: 'x' });
    expect(await heard(stream(run('a'), alone))).toEqual({ a: ['2'] });
  });

  it('tells every run of a line that breaks, after what had come', async () => {
    const cut = new NetworkError('cut');
    const mixed = [run('a'), run('b'), said('b', 2), cut];
    expect(await heard(stream(...mixed))).toEqual({ a: ['cut'], b: ['2', 'cut'] });
  });

  it('fails where no run begins', async () => {
    await expect(heard(stream())).rejects.toThrow('No answer began.');
    const refused = new NetworkError('refused');
    await expect(heard(stream(refused))).rejects.toBe(refused);
  });
});
