const HIDDEN_MS = 30_000;

/**
 * Runs `task` while the page can be seen. A browser has six connections to a server, and a hidden
 * tab must not keep one: its task is aborted after a while, and begun `again` when it is seen.
 */
export function whileVisible(task: (signal: AbortSignal, again: boolean) => void): () => void {
  let running = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(() => running.abort(), HIDDEN_MS);
    } else if (running.signal.aborted) {
      running = new AbortController();
      task(running.signal, true);
    }
  };
  document.addEventListener('visibilitychange', changed);
  task(running.signal, false);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', changed);
    running.abort();
  };
}
