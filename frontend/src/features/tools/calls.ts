/** An answer with calls of tools in it: what was said, and what was called after it. */

import type { ToolCall } from '$lib/api/types';

/** The tool that runs code in the conversation's kernel. */
export const RUN_CODE = 'run_code';

/** What was said, and the calls that were made after it. */
export interface Round {
  text: string;
  calls: ToolCall[];
}

/** The text of an answer cut where its calls were made; the last round has none. */
export function roundsOf(content: string, calls: readonly ToolCall[] | null | undefined): Round[] {
  const rounds: Round[] = [];
  let end = 0;
  for (const call of calls ?? []) {
    const place = Math.max(end, placeIn(content, call.at));
    const last = rounds.at(-1);
    if (last && place === end) last.calls.push(call);
    else rounds.push({ text: content.slice(end, place), calls: [call] });
    end = place;
  }
  return [...rounds, { text: content.slice(end), calls: [] }];
}

/** Where a call stands: between paragraphs, also in a text that was changed since. */
function placeIn(content: string, at: number | undefined): number {
  if (at === undefined || at >= content.length) return content.length;
  if (at <= 0 || content[at] === '\n' || content[at - 1] === '\n') return Math.max(0, at);
  const next = content.indexOf('\n\n', at);
  return next === -1 ? content.length : next;
}

/** The code that a call runs; null where it is none, or cannot be read. */
export function codeOf({ name, arguments: json }: ToolCall): string | null {
  if (name !== RUN_CODE) return null;
  const { code } = (read(json) ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : null;
}

/** The arguments of a call as they are read best. */
export function argumentsOf({ arguments: json }: ToolCall): string {
  const value = read(json);
  return value === null ? json : JSON.stringify(value, null, 2);
}

function read(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}

/** A text as a block of Markdown, whatever marks are in it. */
export function fenced(text: string, language: string): string {
  const fence = (text.match(/`{3,}/g) ?? []).reduce(
    (longest, run) => (run.length < longest.length ? longest : `${run}\``),
    '```',
  );
  return `${fence}${language}\n${text}\n${fence}`;
}
