import type { Message } from '$lib/api/types';
import { t } from '$lib/i18n';
import { wordsOf } from '../tools/call-state';
import { roundsOf } from '../tools/calls';
import type { LiveRun } from './live-run.svelte';

/**
 * What an answer that is being written waits for, in words; null where there are none, and
 * undefined where what is shown of it says enough.
 */
export function waitedFor(
  { content, reasoning, tool_calls: calls }: Message,
  run: Pick<LiveRun, 'stage' | 'thinking' | 'calling'> | undefined,
): string | null | undefined {
  if (run && run.calling !== null) return wordsOf('writing', run.calling);
  const last = calls?.at(-1);
  // A call says itself that it is waited for.
  if (last && !last.result && last.approval !== 'declined') return undefined;
  if (/\S/.test(roundsOf(content, calls).at(-1)?.text ?? '')) return undefined;
  if (last && run?.thinking) return t('reasoning.now');
  const isThinking = !last && reasoning && run;
  return isThinking && !run.stage ? undefined : (run?.stage ?? null);
}
