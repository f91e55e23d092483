import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '$lib/api/api';
import { ApiError } from '$lib/api/errors';
import type { WorkspaceFile, WorkspaceFiles } from '$lib/api/types';
import { Toasts } from '$lib/ui/toasts.svelte';
import { Workspace } from './workspace.svelte';

const problem = (status: number, code: string, detail: string) =>
  new ApiError({ type: '', title: '', status, detail, code });
const entry = (path: string, kind: WorkspaceFile['kind'] = 'file'): WorkspaceFile => ({
  path,
  kind,
  size: 1,
  changed_at: '2026-01-01T00:00:00Z',
});
const OUT = entry('out', 'directory');

/** A server that holds some paths. */
function serving(...held: WorkspaceFile[]) {
  let items = held;
  const calls = {
    list: vi.fn(async (): Promise<WorkspaceFiles> => ({
      items,
      more: false,
      used: items.length,
      limit: 9,
    })),
    remove: vi.fn(async (_: string, path: string, leaving: boolean) => {
      void leaving;
      items = items.filter((one) => one.path !== path && !one.path.startsWith(`${path}/`));
    }),
    add: vi.fn(async (_: string, file: File) => {
      items = [...items, entry(file.name)];
    }),
  };
  return { api: { workspace: calls } as unknown as Api, calls };
}

const toasts = { current: new Toasts() };

async function opened(api: Api) {
  toasts.current = new Toasts();
  const workspace = new Workspace(api, toasts.current, 'c1');
  const close = workspace.open();
  await vi.advanceTimersByTimeAsync(0);
  return { workspace, close };
}

const names = ({ tree }: Workspace) => tree.map(({ name }) => name);
const later = () => vi.advanceTimersByTimeAsync(8_000);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what is deleted', () => {
  it('is out of sight at once, and deleted once its toast is gone', async () => {
    const { api, calls } = serving(OUT, entry('out/a'), entry('b'));
    const { workspace } = await opened(api);
    workspace.remove(OUT);
    expect(names(workspace)).toEqual(['b']);
    expect(calls.remove).not.toHaveBeenCalled();
    await later();
    expect(calls.remove).toHaveBeenCalledExactlyOnceWith('c1', 'out', false);
    expect(names(workspace)).toEqual(['b']);
    expect(workspace.listing?.used).toBe(1);
  });

  it('is there again after Undo, and stays', async () => {
    const { api, calls } = serving(entry('a'), entry('b'));
    const { workspace, close } = await opened(api);
    workspace.remove(entry('a'));
    toasts.current.items[0]?.action?.run();
    expect(names(workspace)).toEqual(['a', 'b']);
    await later();
    close();
    expect(calls.remove).not.toHaveBeenCalled();
  });

  it('is deleted at once when the pane closes, and cannot be undone any more', async () => {
    const { api, calls } = serving(entry('a'));
    const { workspace, close } = await opened(api);
    workspace.remove(entry('a'));
    close();
    expect(calls.remove).toHaveBeenCalledOnce();
    expect(toasts.current.items).toEqual([]);
    await later();
    expect(calls.remove).toHaveBeenCalledOnce();
  });

  it('is deleted as the page leaves', async () => {
    const { api, calls } = serving(entry('a'));
    const { workspace } = await opened(api);
    workspace.remove(entry('a'));
    toasts.current.flush();
    expect(calls.remove).toHaveBeenCalledExactlyOnceWith('c1', 'a', true);
  });

  it('is gone before a file of its name is uploaded', async () => {
    const { api, calls } = serving(entry('a'));
    const { workspace } = await opened(api);
    workspace.remove(entry('a'));
    workspace.upload([new File(['x'], 'a')]);
    await later();
    expect(calls.remove.mock.invocationCallOrder[0]).toBeLessThan(
      calls.add.mock.invocationCallOrder[0] ?? 0,
    );
    expect(names(workspace)).toEqual(['a']);
  });

  it('comes back where the server refuses, but not where it was gone already', async () => {
    const { api, calls } = serving(entry('a'), entry('b'));
    calls.remove.mockRejectedValueOnce(problem(403, 'forbidden', 'No.'));
    calls.remove.mockRejectedValueOnce(problem(404, 'not_found', 'Gone.'));
    const { workspace } = await opened(api);
    workspace.remove(entry('a'));
    workspace.remove(entry('b'));
    await vi.advanceTimersByTimeAsync(7_000);
    expect(toasts.current.items.map(({ text }) => text)).toEqual(['No.']);
    expect(names(workspace)).toContain('a');
  });

  it('does not come back with a list that was asked for before', async () => {
    const { api, calls } = serving(entry('a'));
    const { workspace } = await opened(api);
    let answer: (files: WorkspaceFiles) => void = () => undefined;
    const old = await api.workspace.list('c1');
    calls.list.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    void workspace.refresh.now();
    workspace.remove(entry('a'));
    await workspace.settle();
    answer(old);
    await vi.advanceTimersByTimeAsync(0);
    expect(names(workspace)).toEqual([]);
  });
});

describe('what is uploaded', () => {
  it('appears one after the other', async () => {
    const { api } = serving();
    const { workspace } = await opened(api);
    workspace.upload([new File(['x'], 'a'), new File(['y'], 'b')]);
    expect(workspace.sending.map(({ name }) => name)).toEqual(['a', 'b']);
    await later();
    expect(workspace.sending).toEqual([]);
    expect(names(workspace)).toEqual(['a', 'b']);
    expect(workspace.said).toBe('b uploaded');
  });

  it('says why it was refused until that is dismissed, and the next one goes on', async () => {
    const { api, calls } = serving();
    calls.add.mockRejectedValueOnce(problem(413, 'no_room', 'Full.'));
    const { workspace } = await opened(api);
    workspace.upload([new File(['x'], 'a'), new File(['y'], 'b')]);
    await later();
    expect(workspace.sending).toMatchObject([{ name: 'a', failure: 'Full.' }]);
    expect(names(workspace)).toEqual(['b']);
    workspace.dismiss(workspace.sending[0]?.key ?? 0);
    expect(workspace.sending).toEqual([]);
  });

  it('is given up before its turn', async () => {
    const { api, calls } = serving();
    const { workspace } = await opened(api);
    workspace.upload([new File(['x'], 'a')]);
    workspace.dismiss(workspace.sending[0]?.key ?? 0);
    await later();
    expect(calls.add).not.toHaveBeenCalled();
  });
});

describe('what cannot be read', () => {
  it('is said, and what was read before stays', async () => {
    const { api, calls } = serving(entry('a'));
    const { workspace } = await opened(api);
    calls.list.mockRejectedValueOnce(problem(500, 'internal', 'Broken.'));
    await workspace.refresh.now();
    expect(workspace).toMatchObject({ state: 'ready', failure: 'Broken.' });
    expect(names(workspace)).toEqual(['a']);
    await workspace.refresh.now();
    expect(workspace.failure).toBeNull();
  });

  it('is said where the files are elsewhere', async () => {
    const { api, calls } = serving();
    calls.list.mockRejectedValueOnce(problem(404, 'files_elsewhere', 'At a gateway.'));
    const { workspace } = await opened(api);
    expect(workspace).toMatchObject({ state: 'elsewhere', failure: 'At a gateway.' });
  });
});
