/** How far a call of a tool has come, and how that is said. */

import type { ExecutionStatus, Message, ToolCall } from '$lib/api/types';
import { t } from '$lib/i18n';
import { RUN_CODE, WEB_FETCH, WEB_SEARCH } from './calls';

export type CallState =
  | 'queued'
  | 'asked'
  | 'running'
  | 'ran'
  | 'failed'
  | 'declined'
  | 'stopped'
  /** Nothing came of it: its model was given no such tool, or it is from another program. */
  | 'unmade';

const OF_EXECUTION: Record<ExecutionStatus, CallState> = {
  running: 'running',
  ok: 'ran',
  error: 'failed',
  dead: 'failed',
  interrupted: 'stopped',
};

/** `execution` is the status of the code that it had run, if it had. */
export function stateOf(
  call: ToolCall,
  execution: ExecutionStatus | undefined,
  message: Message['status'],
): CallState {
  if (call.approval === 'declined') return 'declined';
  if (execution) return OF_EXECUTION[execution];
  if (call.result) return call.result.is_error ? 'failed' : 'ran';
  if (message !== 'streaming') return message === 'complete' ? 'unmade' : 'stopped';
  if (call.approval === 'allowed') return 'running';
  return call.approval === 'asked' ? 'asked' : 'queued';
}

/** Whether something is being waited for. */
export function isGoing(state: CallState): boolean {
  return state === 'queued' || state === 'asked' || state === 'running';
}

/** `matter` is what it looks for on the web, or reads there. */
export function wordsOf(state: CallState | 'writing', name: string, matter = '…'): string {
  if (name === WEB_SEARCH || name === WEB_FETCH)
    return t(`tools.${name}.call.${state}`, { what: matter });
  if (state === 'asked' || state === 'declined' || state === 'stopped')
    return t(`tools.call.${state}`);
  return name === RUN_CODE ? t(`tools.call.${state}`) : t(`tools.other.${state}`, { name });
}
