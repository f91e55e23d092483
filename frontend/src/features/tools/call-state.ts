/** How far a call of a tool has come, and how that is said. */

import type { ExecutionStatus, Message, ToolCall } from '$lib/api/types';
import { t } from '$lib/i18n';
import { RUN_CODE } from './calls';

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
  if (call.result) return ended(call, call.result.is_error, message);
  if (message !== 'streaming') return message === 'complete' ? 'unmade' : 'stopped';
  if (call.approval === 'allowed') return 'running';
  return call.approval === 'asked' ? 'asked' : 'queued';
}

/** Without an execution: one that was declined in another tab is told of at the message's end. */
function ended(call: ToolCall, isError: boolean, message: Message['status']): CallState {
  if (call.approval === 'asked' && message === 'streaming') return 'declined';
  return isError ? 'failed' : 'ran';
}

/** Whether something is being waited for. */
export function isGoing(state: CallState): boolean {
  return state === 'queued' || state === 'asked' || state === 'running';
}

export function wordsOf(state: CallState | 'writing', name: string): string {
  if (state === 'asked' || state === 'declined' || state === 'stopped')
    return t(`tools.call.${state}`);
  return name === RUN_CODE ? t(`tools.call.${state}`) : t(`tools.other.${state}`, { name });
}
