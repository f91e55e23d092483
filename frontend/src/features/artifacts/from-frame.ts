/** Reads what an artifact's frame says: the code in it is anybody's. */
import type { Blocked, FromFrame, Level } from './protocol';

const LONGEST = 2_000;
const LAST_LINE = 1_000_000;
const LEVELS = new Set<unknown>(['log', 'info', 'warn', 'error'] satisfies Level[]);
const BLOCKED = new Set<unknown>(['load', 'link', 'form', 'download'] satisfies Blocked[]);

/** The message, or null where it is none. */
export function readFromFrame(raw: unknown): FromFrame | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { type, level, text, what, address, line } = raw as Record<string, unknown>;
  if (type === 'here' || type === 'more') return { type };
  if (type === 'log' && LEVELS.has(level) && typeof text === 'string')
    return { type, level: level as Level, text: text.slice(0, LONGEST), ...placed(line) };
  if (type === 'blocked' && BLOCKED.has(what) && typeof address === 'string')
    return { type, what: what as Blocked, address: address.slice(0, LONGEST), ...placed(line) };
  return null;
}

function placed(line: unknown): { line?: number } {
  const isLine = Number.isInteger(line) && Number(line) > 0 && Number(line) <= LAST_LINE;
  return isLine ? { line: Number(line) } : {};
}
