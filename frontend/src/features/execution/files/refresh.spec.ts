import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Refresh } from './refresh';

const READING_MS = 50;
let read: ReturnType<typeof vi.fn<() => Promise<void>>>;
let refresh: Refresh;
let stop: () => void;
let hidden = false;

function look(away: boolean): void {
  hidden = away;
  document.dispatchEvent(new Event('visibilitychange'));
}

const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  vi.useFakeTimers();
  hidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  read = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, READING_MS)));
  refresh = new Refresh(read);
  stop = refresh.start();
  await after(READING_MS);
});

afterEach(() => {
  stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('reads when it is opened, and then only when something happens', async () => {
  await after(60_000);
  expect(read).toHaveBeenCalledOnce();
});

it('reads once for what happens together', async () => {
  refresh.soon();
  refresh.soon();
  await after(1_000);
  expect(read).toHaveBeenCalledTimes(2);
});

it('reads once more for what happens while it reads', async () => {
  void refresh.now();
  refresh.soon();
  void refresh.now();
  expect(read).toHaveBeenCalledTimes(2);
  await after(1_000);
  expect(read).toHaveBeenCalledTimes(3);
});

it('reads every three seconds while code runs, and once it has ended', async () => {
  await after(10_000);
  refresh.running(true);
  await after(200);
  expect(read).toHaveBeenCalledTimes(2);
  refresh.soon();
  await after(2_700);
  expect(read).toHaveBeenCalledTimes(2);
  await after(300);
  expect(read).toHaveBeenCalledTimes(3);
  refresh.running(false);
  await after(200);
  expect(read).toHaveBeenCalledTimes(4);
  await after(60_000);
  expect(read).toHaveBeenCalledTimes(4);
});

it('reads nothing while the page cannot be seen, and what was missed once it can', async () => {
  refresh.running(true);
  look(true);
  await after(5_000);
  const before = read.mock.calls.length;
  refresh.running(false);
  await after(60_000);
  expect(read).toHaveBeenCalledTimes(before);
  look(false);
  await after(200);
  expect(read).toHaveBeenCalledTimes(before + 1);
  look(true);
  look(false);
  await after(60_000);
  expect(read).toHaveBeenCalledTimes(before + 1);
});

it('reads nothing once it is closed', async () => {
  refresh.running(true);
  stop();
  refresh.soon();
  await refresh.now();
  look(true);
  look(false);
  await after(60_000);
  expect(read).toHaveBeenCalledOnce();
});
