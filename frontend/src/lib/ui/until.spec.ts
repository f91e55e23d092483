import { flushSync } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { describe, expect, it } from 'vitest';
import { until } from './until.svelte';

describe('until', () => {
  it('resolves when its condition comes to hold, and not before', async () => {
    const done = new SvelteSet<string>();
    let resolved = false;
    const both = until(() => done.has('models') && done.has('settings'));
    void both.then(() => (resolved = true));
    flushSync(() => done.add('models'));
    await Promise.resolve();
    expect(resolved).toBe(false);
    flushSync(() => done.add('settings'));
    await both;
    expect(resolved).toBe(true);
  });

  it('resolves at once where the condition holds already', async () => {
    const held = until(() => true);
    flushSync();
    await expect(held).resolves.toBeUndefined();
  });
});
