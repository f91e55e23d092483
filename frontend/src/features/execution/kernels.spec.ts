import { describe, expect, it, vi } from 'vitest';
import type { Api } from '$lib/api/api';
import type { Kernel } from '$lib/api/types';
import { Kernels } from './kernels.svelte';

const kernel = (state: Kernel['state'], reason: Kernel['reason'] = null): Kernel => ({
  id: 'k1',
  conversation_id: 'c1',
  name: 'python3',
  display_name: 'Python 3',
  language: 'python',
  state,
  reason,
  started_at: '',
});
const specs = { items: [], default: null, may_run: true, no_sandbox: null };

/** A server whose next answer about kernels comes when it is given. */
function asked() {
  const answers: ((kernel: Kernel) => void)[] = [];
  const answer = () => new Promise<Kernel>((resolve) => answers.push(resolve));
  const code = {
    specs: () => Promise.resolve(specs),
    kernels: () => answer().then((one) => ({ items: [one] })),
    start: answer,
    restart: answer,
  };
  const kernels = new Kernels({ code } as unknown as Api);
  return { kernels, answers: (one: Kernel) => answers.shift()?.(one) };
}

describe('kernels', () => {
  it('are as the server says, and then as it tells', async () => {
    const { kernels, answers } = asked();
    const loaded = kernels.load();
    answers(kernel('busy'));
    await loaded;
    expect(kernels.isBusy('c1')).toBe(true);
    expect(kernels.isBusy('c2')).toBe(false);
    kernels.heard(kernel('idle'));
    expect(kernels.isBusy('c1')).toBe(false);
  });

  it.each([kernel('idle'), kernel('dead', 'stopped')])(
    'stay as was told where an answer is older: %o',
    async (told) => {
      const { kernels, answers } = asked();
      const before = [kernels.load(), kernels.start('c1', 'python3'), kernels.restart('c1')];
      kernels.heard(told);
      before.forEach(() => answers(kernel('busy')));
      await Promise.all(before);
      expect(kernels.of('c1')?.state).toBe(told.reason === 'stopped' ? undefined : told.state);
    },
  );

  it('are read anew after a time without news, whatever was asked for before', async () => {
    const { kernels, answers } = asked();
    const loaded = kernels.load();
    kernels.refresh();
    answers(kernel('busy'));
    await loaded;
    expect(kernels.isBusy('c1')).toBe(true);
    answers(kernel('idle'));
    await vi.waitFor(() => expect(kernels.isBusy('c1')).toBe(false));
    expect(kernels.of('c1')?.state).toBe('idle');
  });

  it('are said to have ended with the server that is not the same any more', async () => {
    const kernels = new Kernels({
      code: {
        specs: () => Promise.resolve(specs),
        kernels: () => Promise.resolve({ items: [] }),
        kernel: () => Promise.resolve(kernel('dead', 'server_stopped')),
      },
    } as unknown as Api);
    await kernels.load();
    kernels.heard(kernel('busy'));
    kernels.refresh();
    await vi.waitFor(() => expect(kernels.of('c1')?.reason).toBe('server_stopped'));
  });

  it('are there once one was started', async () => {
    const { kernels, answers } = asked();
    const started = kernels.start('c1', 'python3');
    answers(kernel('idle'));
    await started;
    expect(kernels.of('c1')?.state).toBe('idle');
  });
});
