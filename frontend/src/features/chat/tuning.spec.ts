import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConversationDetail } from '$lib/api/types';
import { Tuning } from './tuning.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const held = (params: Record<string, unknown>, system_prompt: string | null) =>
  ({ params, system_prompt }) as ConversationDetail;

describe('Tuning', () => {
  it('counts what differs, an empty system prompt too', () => {
    const tuning = new Tuning(async () => undefined);
    tuning.take(held({ seed: 0 }, ''));
    expect(tuning.count).toBe(2);
    tuning.take(held({}, null));
    expect(tuning.count).toBe(0);
  });

  it('is saved before a turn, once, as a whole', async () => {
    const save = vi.fn(async () => undefined);
    const tuning = new Tuning(save);
    tuning.change({ params: { seed: 1 } });
    tuning.change({ system_prompt: 'Be brief' });
    expect(await tuning.settled()).toBe(true);
    expect(save.mock.calls).toEqual([[{ params: { seed: 1 }, system_prompt: 'Be brief' }]]);
  });

  it('shows what is typed, not what the server held before it', async () => {
    const tuning = new Tuning(async () => undefined);
    tuning.change({ params: { seed: 1 } });
    tuning.take(held({ seed: 9 }, null));
    expect(tuning.params).toEqual({ seed: 1 });
  });

  it('goes back to what the server holds where it refuses', async () => {
    const tuning = new Tuning(() => Promise.reject(new Error('Not today')));
    tuning.take(held({ seed: 1 }, null));
    tuning.change({ params: { seed: 2 } });
    expect(await tuning.settled()).toBe(false);
    expect([tuning.params, tuning.failure]).toEqual([{ seed: 1 }, 'Not today']);
  });
});
