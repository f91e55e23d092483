/**
 * One refresh at a time, across requests and across tabs: refresh tokens rotate, and a second tab
 * that spends the same one looks like theft.
 */
const LOCK = 'dost-refresh';
const REFRESHED_AT = 'dost.refreshed';

let pending: Promise<boolean> | null = null;

/** Resolves to whether requests that failed after `started` (ms) may be tried again. */
export function refreshOnce(started: number, refresh: () => Promise<boolean>): Promise<boolean> {
  pending ??= locked(async () => {
    if (lastRefresh() > started) return true;
    const ok = await refresh();
    if (ok) localStorage.setItem(REFRESHED_AT, String(Date.now()));
    return ok;
  }).finally(() => (pending = null));
  return pending;
}

function lastRefresh(): number {
  return Number(localStorage.getItem(REFRESHED_AT) ?? 0);
}

/** Web Locks exist in secure contexts only; without them the server's grace period must do. */
async function locked(task: () => Promise<boolean>): Promise<boolean> {
  const locks: LockManager | null | undefined = navigator.locks;
  return locks ? await locks.request(LOCK, task) : await task();
}
