/** What a run tells of the tools that its model calls. */

import type { Execution, Message, ToolCall, ToolResult } from '$lib/api/types';

export interface ToolPayloads {
  tool_call: Pick<ToolCall, 'id' | 'name' | 'arguments' | 'at'>;
  /** The run waits until somebody says whether the call may be made. */
  approval: { tool_call_id: string };
  /** Of a call: when its code begins, and when it has ended; large outputs come with the message. */
  execution: Omit<Execution, 'outputs'> & Partial<Pick<Execution, 'outputs'>>;
  tool_result: ToolResult & { tool_call_id: string; approval: ToolCall['approval'] };
}

/** An event of a run that is about a tool. */
export type ToolEvent = {
  [Name in keyof ToolPayloads]: { name: Name; data: ToolPayloads[Name] };
}[keyof ToolPayloads];

export const TOOL_EVENTS = [
  'tool_call',
  'approval',
  'execution',
  'tool_result',
] as const satisfies (keyof ToolPayloads)[];

/** Takes what happened into the message. What it knows already changes nothing. */
export function take(message: Message, event: ToolEvent): void {
  if (event.name === 'tool_call') putCall(message, event.data);
  else if (event.name === 'execution') putExecution(message, event.data);
  else {
    const call = callOf(message, event.data.tool_call_id);
    if (!call) return;
    if (event.name === 'approval') call.approval ??= 'asked';
    else {
      const { content, is_error, approval } = event.data;
      call.result = { content, is_error };
      // Elsewhere somebody has declined it: this is how one hears of that.
      call.approval = approval ?? call.approval;
    }
  }
}

/** Somebody has said whether a call may be made. */
export function decide(message: Message, id: string, approve: boolean): void {
  const call = callOf(message, id);
  if (call) call.approval = approve ? 'allowed' : 'declined';
}

function callOf(message: Message, id: string): ToolCall | undefined {
  return message.tool_calls?.find((call) => call.id === id);
}

function putCall(message: Message, data: ToolPayloads['tool_call']): void {
  const { id, name, arguments: json, at } = data;
  if (callOf(message, id)) return;
  const call = { id, name, arguments: json, at: at ?? 0, approval: null, result: null };
  message.tool_calls = [...(message.tool_calls ?? []), call];
}

function putExecution(message: Message, data: ToolPayloads['execution']): void {
  const executions = message.executions ?? [];
  const known = executions.find(({ id }) => id === data.id);
  // An end that is told before what came later is heard again: it does not begin anew.
  if (known && known.status !== 'running') return;
  const execution = { ...data, outputs: data.outputs ?? known?.outputs ?? [] };
  message.executions = [...executions.filter((other) => other !== known), execution];
  // Elsewhere somebody has allowed it: this is how one hears of that.
  const call = callOf(message, data.tool_call_id ?? '');
  if (call?.approval === 'asked') call.approval = 'allowed';
}
