const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** Waits before the next attempt, longer each time; the network's return ends the wait early. */
export function backOff(attempt: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(FIRST_MS * 2 ** attempt, LONGEST_MS) * (0.75 + Math.random() / 2);
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}
