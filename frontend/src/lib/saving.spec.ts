import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Saving } from './saving';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const make = () => {
  const saved: number[] = [];
  const failures: unknown[] = [];
  const saving = new Saving<number>(
    async (value) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (value < 0) throw new Error('too small');
      saved.push(value);
    },
    (error) => failures.push(error),
  );
  return { saving, saved, failures };
};

describe('Saving', () => {
  it('saves the newest of quick changes, once', async () => {
    const { saving, saved } = make();
    [1, 2, 3].forEach((value) => saving.put(value));
    expect(saving.pending).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(saved).toEqual([3]);
    expect(saving.pending).toBe(false);
  });

  it('saves at once when told, and what came meanwhile after it', async () => {
    const { saving, saved } = make();
    saving.put(1);
    const done = saving.flush();
    saving.put(2);
    await vi.advanceTimersByTimeAsync(100);
    await done;
    expect(saved).toEqual([1, 2]);
  });

  it('tells of what was refused, and goes on', async () => {
    const { saving, saved, failures } = make();
    saving.put(-1);
    void saving.flush();
    await vi.advanceTimersByTimeAsync(100);
    saving.put(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([saved, failures.length]).toEqual([[1], 1]);
  });
});
