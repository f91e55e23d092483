import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { whileVisible } from './while-visible';

let hidden = false;

beforeEach(() => {
  hidden = false;
  vi.useFakeTimers();
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function makeTask() {
  const runs: { signal: AbortSignal; again: boolean }[] = [];
  const stop = whileVisible((signal, again) => runs.push({ signal, again }));
  return { runs, stop };
}

function show(visible: boolean): void {
  hidden = !visible;
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('whileVisible', () => {
  it('goes on while the page is hidden for a moment', () => {
    const { runs, stop } = makeTask();
    show(false);
    vi.advanceTimersByTime(10_000);
    show(true);
    vi.advanceTimersByTime(60_000);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false]);
    stop();
  });

  it('ends in a page hidden for long, and begins again when it is seen', () => {
    const { runs, stop } = makeTask();
    show(false);
    vi.advanceTimersByTime(30_000);
    expect(runs[0]?.signal.aborted).toBe(true);
    show(true);
    expect(runs.map(({ again }) => again)).toEqual([false, true]);
    stop();
  });

  it('ends for good when it is stopped', () => {
    const { runs, stop } = makeTask();
    stop();
    show(true);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true]);
  });
});
