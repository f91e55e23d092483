/** An answer with calls of tools in it: what was said, and what was called after it. */

import type { ToolCall } from '$lib/api/types';
import { briefAddress } from '$lib/web-address';

/** The tool that runs code in the conversation's kernel. */
export const RUN_CODE = 'run_code';
/** Those with which it looks for something on the web, and reads what is there. */
export const WEB_SEARCH = 'web_search';
export const WEB_FETCH = 'web_fetch';

/** What a call is about, by the tool: the name of one of its arguments. */
const MATTER: Readonly<Record<string, string>> = {
  [RUN_CODE]: 'code',
  [WEB_SEARCH]: 'query',
  [WEB_FETCH]: 'url',
};

const LONGEST_BRIEF = 120;

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
export function codeOf(call: ToolCall): string | null {
  return call.name === RUN_CODE ? matterOf(call) : null;
}

/** What a call looks for, or the address it reads; null where it does neither, or is unreadable. */
export function soughtBy(call: ToolCall): string | null {
  return call.name === RUN_CODE ? null : matterOf(call);
}

/** What is looked for, or read, so that it fits into a line. */
export function brieflySought(what: string): string {
  return briefAddress(what, LONGEST_BRIEF);
}

function matterOf({ name, arguments: json }: ToolCall): string | null {
  const matter = MATTER[name];
  const found =
    matter === undefined ? null : (read(json) as Record<string, unknown> | null)?.[matter];
  return typeof found === 'string' ? found : null;
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
