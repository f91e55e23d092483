import { isPassing, NetworkError } from '$lib/api/errors';
import type { ServerEvent } from '$lib/sse/parser';
import { isLast, readRunEvent, type RunEvent } from './run-events';

export interface RunSource {
  /** The response that starts the run; absent when an earlier one is rejoined. */
  first?: AsyncIterable<ServerEvent>;
  reopen(runId: string, after: number): AsyncIterable<ServerEvent>;
  wait(attempt: number): Promise<void>;
  /** Told when the line is lost and when it is back. */
  connection(lost: boolean): void;
  signal: AbortSignal;
}

/**
 * The events of a run, each once and in order, across lost connections.
 * Ends after the run's last event, or early when the server closes the stream without one.
 */
export async function* followRun(
  source: RunSource,
  from: { runId: string | null; seq: number },
): AsyncGenerator<RunEvent> {
  let { runId, seq } = from;
  let events = source.first ?? source.reopen(runId ?? '', seq);
  for (let attempt = 0; ; attempt += 1) {
    try {
      for await (const frame of events) {
        const event = readRunEvent(frame);
        if (event === null || event.seq <= seq) continue;
        if (attempt > 0) source.connection(false);
        attempt = 0;
        seq = event.seq;
        if (event.name === 'run') runId = event.data.run_id;
        yield event;
        if (isLast(event)) return;
      }
      if (runId === null && !source.signal.aborted) throw new NetworkError('No answer began.');
      return;
    } catch (error) {
      if (runId === null || !isPassing(error)) throw error;
    }
    if (source.signal.aborted) return;
    source.connection(true);
    await source.wait(attempt);
    if (source.signal.aborted) return;
    events = source.reopen(runId, seq);
  }
}
