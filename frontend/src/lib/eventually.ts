import { vi } from 'vitest';

/** A busy machine is no fault of what is tested; what never comes fails all the same. */
const PATIENCE = 30_000;

/** For tests: waits until a check holds. */
export const eventually: <T>(check: () => T | Promise<T>) => Promise<T> = (check) =>
  vi.waitFor(check, { timeout: PATIENCE, interval: 5 });
