/** What a kernel shows, as nbformat has it, and how the events of an execution change it. */

import { isEmptyWithout } from '$lib/markdown/put';
import type { ServerEvent } from '$lib/sse/parser';

export type Bundle = Readonly<Record<string, unknown>>;

export interface StreamOutput {
  output_type: 'stream';
  name: string;
  text: string;
}

export interface ErrorOutput {
  output_type: 'error';
  ename: string;
  evalue: string;
  traceback: readonly string[];
}

export interface RichOutput {
  output_type: 'display_data' | 'execute_result';
  data: Bundle;
  metadata: Bundle;
}

export type Output = StreamOutput | ErrorOutput | RichOutput;

function isBundle(value: unknown): value is Bundle {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An output as the server sends it, or null where it is of no known kind. */
export function readOutput(raw: unknown): Output | null {
  if (!isBundle(raw)) return null;
  const { output_type: type } = raw;
  if (type === 'stream')
    return { output_type: type, name: textOf(raw['name']), text: textOf(raw['text']) };
  if (type === 'error') {
    const lines = Array.isArray(raw['traceback']) ? raw['traceback'] : [];
    return {
      output_type: type,
      ename: textOf(raw['ename']),
      evalue: textOf(raw['evalue']),
      traceback: lines.map(textOf),
    };
  }
  if (type !== 'display_data' && type !== 'execute_result') return null;
  const { data, metadata } = raw;
  return {
    output_type: type,
    data: isBundle(data) ? data : {},
    metadata: isBundle(metadata) ? metadata : {},
  };
}

/** nbformat keeps texts whole or as a list of lines. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(textOf).join('') : '';
}

export function readOutputs(raw: unknown): Output[] {
  if (!Array.isArray(raw)) return [];
  return raw.map(readOutput).filter((output) => output !== null);
}

/** The outputs after an event of an execution. */
export function folded(
  outputs: readonly Output[],
  { event, data }: ServerEvent,
): readonly Output[] {
  if (event === 'clear') return [];
  if (event !== 'execution' && event !== 'output' && event !== 'update') return outputs;
  const news = JSON.parse(data) as Record<string, unknown>;
  if (event === 'execution') return readOutputs(news['outputs']);
  if (event === 'update') return updated(outputs, news);
  const output = readOutput(news);
  return output ? appended(outputs, output) : outputs;
}

function appended(outputs: readonly Output[], output: Output): readonly Output[] {
  const last = outputs.at(-1);
  if (
    output.output_type !== 'stream' ||
    last?.output_type !== 'stream' ||
    last.name !== output.name
  )
    return [...outputs, output];
  return [...outputs.slice(0, -1), { ...last, text: last.text + output.text }];
}

function updated(outputs: readonly Output[], news: Record<string, unknown>): readonly Output[] {
  return outputs.map((output, index) => {
    if (index !== news['index'] || !('data' in output)) return output;
    const { data, metadata } = news;
    return {
      ...output,
      data: isBundle(data) ? data : {},
      metadata: isBundle(metadata) ? metadata : {},
    };
  });
}

/** Tables of data have a heading without words over their index, which is none. */
export function withoutEmptyHeadings(html: string): string {
  return html.replace(/<th\b([^>]*)>\s*<\/th>/g, '<td$1></td>');
}

/** The kind of an output that is a widget, live where its kernel is. */
export const WIDGET_VIEW = 'application/vnd.jupyter.widget-view+json';

/** The id of the model of which an output is a view, or null. */
export function viewIn(output: Output): string | null {
  const view = 'data' in output ? output.data[WIDGET_VIEW] : null;
  return isBundle(view) && typeof view['model_id'] === 'string' ? view['model_id'] : null;
}

/** What can be shown of a bundle, the richest first. */
const SHOWN = [
  WIDGET_VIEW,
  'image/svg+xml',
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'text/html',
  'text/markdown',
  'text/latex',
  'application/json',
  'text/plain',
] as const;

export type ShownType = (typeof SHOWN)[number];

/** The richest of a bundle's kinds that can be shown; null where there is none. */
export function richest(data: Bundle, canShowWidgets = false): ShownType | null {
  const canShow = (type: ShownType) => {
    if (type === WIDGET_VIEW) return canShowWidgets;
    return type !== 'text/html' || !isEmptied(textOf(data[type]));
  };
  return SHOWN.find((type) => type in data && canShow(type)) ?? null;
}

/** Elements that would show something and do not pass into the page. */
const LEFT_OUT = ['script', 'iframe', 'object', 'embed', 'svg', 'canvas', 'video', 'audio'];
const MAY_BE_EMPTIED = new RegExp(`<(?:${LEFT_OUT.join('|')})\\b`, 'i');

/** Whether HTML shows nothing without what does not pass into the page. */
function isEmptied(html: string): boolean {
  return MAY_BE_EMPTIED.test(html) && isEmptyWithout([...LEFT_OUT, 'style', 'noscript'], html);
}

/** Figures that a front end draws from their description, where it has the library for them. */
const FIGURES = [
  ['plotly', /^application\/vnd\.plotly\./],
  ['vega', /^application\/vnd\.vega(?:lite)?\./],
] as const;

/** What is not shown of a bundle of which `shown` is shown; null where that is good enough. */
export function lackOf(
  data: Bundle,
  shown: ShownType | null,
): 'plotly' | 'vega' | 'scripts' | 'unknown' | null {
  if (shown !== null && shown !== 'text/plain') return null;
  const types = Object.keys(data);
  const figure = FIGURES.find(([, name]) => types.some((type) => name.test(type)));
  if (figure) return figure[0];
  if ('application/javascript' in data || isEmptied(textOf(data['text/html']))) return 'scripts';
  return textOf(data['text/plain']) ? null : 'unknown';
}

/** The text of a bundle, as far as it tells more than what is said to be lacking. */
export function textBeside(data: Bundle, lack: ReturnType<typeof lackOf>): string {
  const text = textOf(data['text/plain']);
  // A figure's text is its source, an object's in angle brackets its name.
  const isMere = lack === 'plotly' || lack === 'vega' || (lack !== null && /^<.*>$/s.test(text));
  return isMere ? '' : text;
}

/** What of a bundle is not of the page's own kinds, and left to whoever else can draw it. */
export function foreignIn(data: Bundle): Bundle {
  const known = new Set<string>(SHOWN);
  return Object.fromEntries(Object.entries(data).filter(([type]) => !known.has(type)));
}

/** Whether an output is more than text: a picture, a table, a widget. */
export function isRich(output: Output): boolean {
  return 'data' in output && Object.keys(output.data).some((type) => type !== 'text/plain');
}

/** Text as a terminal would show it: what a carriage return goes back over is written over. */
export function settled(text: string): string {
  if (!/[\r\b]/.test(text)) return text;
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.split('\r').map(erased).reduce(over))
    .join('\n');
}

function erased(text: string): string {
  return text.replace(/[^\b][\b]/g, '');
}

function over(before: string, text: string): string {
  return text + before.slice(text.length);
}
