import type { Citation, Message, Problem } from '$lib/api/types';
import type { ServerEvent } from '$lib/sse/parser';
import { TOOL_EVENTS, type ToolPayloads } from '../tools/events';

/** How a run begins. */
export interface RunBegun {
  run_id: string;
  conversation_id: string;
  /** The prompt that is new; `null` where an old one is answered again. */
  user_message_id: string | null;
  message_id: string;
  model?: string | null;
  /** What the answers to one prompt share, until one is picked. */
  choice_id?: string | null;
}

interface Payloads extends ToolPayloads {
  run: RunBegun;
  status: { stage: string; detail?: string | null };
  /** What the answer may point at; told before its first word. */
  citations: { items: Citation[] };
  reasoning: { text: string };
  delta: { text: string };
  title: { title: string };
  done: { message: Message };
  error: { problem: Problem; message?: Message };
}

/** What a run tells, in the order of `seq`. */
export type RunEvent = {
  [Name in keyof Payloads]: { seq: number; name: Name; data: Payloads[Name] };
}[keyof Payloads];

const NAMES: readonly string[] = [
  ...TOOL_EVENTS,
  'run',
  'status',
  'citations',
  'reasoning',
  'delta',
  'title',
  'done',
  'error',
] satisfies (keyof Payloads)[];

/** The typed event in a frame; `null` for a name this client does not know yet. */
export function readRunEvent(frame: ServerEvent): RunEvent | null {
  if (!NAMES.includes(frame.event)) return null;
  return { seq: Number(frame.id), name: frame.event, data: JSON.parse(frame.data) } as RunEvent;
}

export function isLast(event: RunEvent): boolean {
  return event.name === 'done' || event.name === 'error';
}
