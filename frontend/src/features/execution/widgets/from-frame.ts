/** Reads what a frame says: the code in it is anybody's. */
import type { FromFrame, Sent, State, Trouble } from './protocol';

const HIGHEST = 10_000;
const LONGEST_DETAIL = 300;
const ID = /^[\w.:-]{1,128}$/;
const TARGETS = new Set(['jupyter.widget', 'jupyter.widget.control']);
const TROUBLES = new Set(['module', 'code', 'network']);

/** The message, or null where it is none. */
export function readFromFrame(raw: unknown): FromFrame | null {
  if (!isState(raw)) return null;
  const { type, id } = raw;
  if (type === 'want') return isId(id) ? { type, id } : null;
  if (type === 'height') {
    const { height } = raw;
    if (typeof height !== 'number' || !Number.isFinite(height)) return null;
    return { type, height: Math.min(Math.max(0, height), HIGHEST) };
  }
  if (type === 'trouble') {
    const trouble = readTrouble(raw['trouble']);
    return trouble && { type, trouble };
  }
  if (type === 'comm_open' || type === 'comm_msg' || type === 'comm_close')
    return readSent(type, raw);
  return null;
}

function readSent(type: Sent['type'], raw: State): Sent | null {
  const { id, message, target, data, metadata, buffers } = raw;
  if (!isId(id) || !isId(message)) return null;
  if (typeof target !== 'string' || !TARGETS.has(target)) return null;
  if (!isState(data) || !isState(metadata) || !isBuffers(buffers)) return null;
  return { type, id, message, target, data, metadata, buffers };
}

function readTrouble(raw: unknown): Trouble | null {
  if (!isState(raw) || !TROUBLES.has(String(raw['kind']))) return null;
  const detail = typeof raw['detail'] === 'string' ? raw['detail'].slice(0, LONGEST_DETAIL) : '';
  return { kind: raw['kind'] as Trouble['kind'], detail };
}

function isState(value: unknown): value is State {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

function isBuffers(value: unknown): value is ArrayBuffer[] {
  return Array.isArray(value) && value.every((buffer) => buffer instanceof ArrayBuffer);
}
