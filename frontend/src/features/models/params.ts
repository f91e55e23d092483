import type { ChatParams } from '$lib/api/types';

export type ParamName = keyof ChatParams;
export type ParamValue = ChatParams[ParamName];

interface NumberParam {
  name: ParamName;
  kind: 'number' | 'whole';
  least: number;
  most: number;
}

export type Param =
  NumberParam | { name: ParamName; kind: 'effort' } | { name: ParamName; kind: 'sequences' };

/** The server's own bounds. */
export const PARAMS: readonly Param[] = [
  { name: 'temperature', kind: 'number', least: 0, most: 2 },
  { name: 'top_p', kind: 'number', least: 0, most: 1 },
  { name: 'max_tokens', kind: 'whole', least: 1, most: 10_000_000 },
  { name: 'seed', kind: 'whole', least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER },
  { name: 'presence_penalty', kind: 'number', least: -2, most: 2 },
  { name: 'frequency_penalty', kind: 'number', least: -2, most: 2 },
  { name: 'reasoning_effort', kind: 'effort' },
  { name: 'stop', kind: 'sequences' },
];

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;

const MOST_SEQUENCES = 16;
const LONGEST_SEQUENCE = 200;

/** A value that holds unless another is set, and whose it is. */
export interface Default {
  value: NonNullable<ParamValue>;
  source: 'user' | 'model';
}

export type Defaults = Partial<Record<ParamName, Default>>;

/** What holds where a chat says nothing: the user's own defaults, else the model's. */
export function defaultsOf(user: ChatParams, model: ChatParams | undefined): Defaults {
  const found: Defaults = {};
  for (const { name } of PARAMS) {
    const own = user[name];
    const value = own ?? model?.[name];
    if (value != null) found[name] = { value, source: own != null ? 'user' : 'model' };
  }
  return found;
}

/** A value as it is typed: numbers as they are, a sequence a line with its line breaks as \n. */
export function write(value: ParamValue): string {
  if (value == null) return '';
  if (!Array.isArray(value)) return String(value);
  return value
    .map((sequence) => sequence.replace(/[\\\n\t]/g, (found) => ESCAPES[found] ?? found))
    .join('\n');
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\t': '\\t' };

/** What was typed as a value, `undefined` for nothing; `null` where it is none. */
export function read(param: Param, text: string): ParamValue | null {
  if (text.trim() === '') return undefined;
  if (param.kind === 'effort') return EFFORTS.find((effort) => effort === text) ?? null;
  if (param.kind === 'sequences') return readSequences(text);
  const number = Number(text.trim().replace(',', '.'));
  const fits = number >= param.least && number <= param.most;
  return fits && (param.kind === 'number' || Number.isInteger(number)) ? number : null;
}

function readSequences(text: string): string[] | null {
  const sequences = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/\\([\\nt])/g, (_, found: string) => UNESCAPED[found] ?? found));
  const fit = sequences.every((sequence) => sequence.length <= LONGEST_SEQUENCE);
  return fit && sequences.length <= MOST_SEQUENCES ? sequences : null;
}

const UNESCAPED: Record<string, string> = { n: '\n', t: '\t' };

/** The parameters with one of them changed; `undefined` takes it out. */
export function withParam(params: ChatParams, name: ParamName, value: ParamValue): ChatParams {
  const changed: ChatParams = { ...params, [name]: value };
  if (value == null) Reflect.deleteProperty(changed, name);
  return changed;
}
