/** Completes Markdown that is still being written, so that it shows as what it is going to be. */

import { inlineFormula, missingFormulaEnd } from './math';

/** A last line that is nothing yet but the beginning of a marker, after quote marks and spaces. */
const UNDECIDED =
  /^(?:[-*+=_]{1,2}|\d{1,3}[.)]?|#{1,6}|>+|~{1,2}|`{1,2}|\||\$\$?|\\\[?|[-*+] \[.?|<\/?[\w-]*|\[\^?[\w.-]{0,60}\]?|\[[^\]\n]{1,100}\]:)[ \t]*$/;

/** A label of which it cannot be told yet whether it is a link's: a task's, a footnote's, numbers. */
const HELD_LABEL = /^(?:[ x]?|\d[\d\s,;–-]{0,30}|\^\S*)$/i;

/** A link's or a formula's beginning is held back no longer than this many characters. */
const PATIENCE = 300;

/**
 * `source` as it should be lexed now: a marker nobody can read yet is left out, a table's missing
 * delimiter row and a display formula's missing end are added.
 *
 * Only for text outside an open code block. Touches nothing before the last block.
 */
export function completeBlock(source: string): string {
  const lineStart = source.lastIndexOf('\n') + 1;
  const line = source.slice(lineStart).replace(/^[\s>]+(?=\S)/, '');
  const held = UNDECIDED.test(line) ? source.slice(0, lineStart).trimEnd() : source;
  const formulaEnd = missingFormulaEnd(held);
  if (formulaEnd) {
    const isEmpty = /(?:^|\n)[^\n]*(?:\$\$|\\\[)\s*$/.exec(held);
    return isEmpty
      ? held.slice(0, isEmpty.index)
      : held.replace(/(?:\n[ \t]*\$|\$|\\|\s+)$/, '') + formulaEnd;
  }
  return completeTable(held);
}

/** Adds the delimiter row to a table of which only the head has been written. */
function completeTable(source: string): string {
  const match = /(^|\n)(\|[^\n]+)(?:\n\|?[ \t:|-]*)?$/.exec(source);
  if (!match) return source;
  const before = source.slice(0, match.index);
  if (/(?:^|\n)\|[^\n]*$/.test(before)) return source;
  const head = (match[2] ?? '').trim();
  const columns = head.replace(/^\||\|$/g, '').split(/(?<!\\)\|/).length;
  return `${before}${match[1] ?? ''}${head}\n|${'---|'.repeat(columns)}`;
}

/**
 * The text of a fenced block that is still open, without a last line that may become its end.
 */
export function completeCode(text: string, fence: string): string {
  const lineStart = text.lastIndexOf('\n') + 1;
  const line = text.slice(lineStart).trim();
  return line !== '' && fence.startsWith(line) ? text.slice(0, Math.max(0, lineStart - 1)) : text;
}

/** What is open where the text ends: marks to close, in the order in which they were opened. */
interface Scan {
  text: string;
  open: string[];
}

/** Longer paragraphs than this are not prose: they are shown as they come. */
const LONGEST = 4_000;

/** A paragraph's unfinished `text` with open code, emphasis and links closed. */
export function completeInline(text: string): string {
  if (text.length > LONGEST) return text;
  const { text: kept, open } = scan(text);
  return open.reduceRight(closeMark, kept);
}

/** Closes `mark` after `text`, or removes it when nothing has been written inside it yet. */
function closeMark(text: string, mark: string): string {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(mark) ? trimmed.slice(0, -mark.length) : trimmed + mark;
}

function scan(text: string): Scan {
  const open: string[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const character = rest.charAt(0);
    if (character === '`') {
      const end = endOfCode(text, at);
      if (end < 0) return openCode(text, at, open);
      at = end;
    } else if (character === '$' || /^\\[([]/.test(rest)) {
      const formula = inlineFormula(rest);
      if (!formula && isOpenFormula(text, at)) return { text: text.slice(0, at), open };
      at += formula?.raw.length ?? 1;
    } else if (character === '\\') {
      if (at === text.length - 1) return { text: text.slice(0, at), open };
      at += 2;
    } else if (character === '<' && /^<[a-z/!][^>\n]*$/i.test(text.slice(at))) {
      return { text: text.slice(0, at), open };
    } else if (character === '[' || rest.startsWith('![')) {
      const link = unfinishedLink(text, at);
      if (link) {
        const label = link.start + completeInline(link.label) + link.end;
        return { text: text.slice(0, at) + label, open };
      }
      at += character === '[' ? 1 : 2;
    } else if (character === '*' || character === '_' || rest.startsWith('~~')) {
      const run = /^(?:\*+|_+|~+)/.exec(rest)?.[0] ?? character;
      if (at + run.length === text.length) return { text: text.slice(0, at), open };
      toggle(open, run, text.charAt(at - 1), text.charAt(at + run.length));
      at += run.length;
    } else at += 1;
  }
  return { text, open };
}

/** The position after the code span that opens at `at`, or -1 when it is still open. */
function endOfCode(text: string, at: number): number {
  const run = /^`+/.exec(text.slice(at))?.[0] ?? '`';
  const close = new RegExp(`(?<!\`)${run}(?!\`)`, 'g');
  close.lastIndex = at + run.length;
  return close.test(text) ? close.lastIndex : -1;
}

function openCode(text: string, at: number, open: string[]): Scan {
  const run = /^`+/.exec(text.slice(at))?.[0] ?? '`';
  const content = text.slice(at + run.length).replace(/`+$/, '');
  if (content.trim() === '') return { text: text.slice(0, at), open };
  return { text: text.slice(0, at) + run + content + run, open };
}

/** Whether the text from `at` on can still become a formula and is worth waiting for. */
function isOpenFormula(text: string, at: number): boolean {
  const rest = text.slice(at);
  if (rest.length > PATIENCE || rest.includes('\n')) return false;
  if (/^\\[([]/.test(rest)) return true;
  if (rest.startsWith('$$')) return !rest.slice(2).includes('$$');
  const isMoney = /^\$[\d\s]/.test(rest) || /[\p{L}\p{N}]$/u.test(text.slice(0, at));
  return !isMoney && !rest.slice(1).includes('$');
}

interface UnfinishedLink {
  start: string;
  label: string;
  end: string;
}

/** A link or image at `at` that the end of the text cuts off: its label so far, and what goes round it. */
function unfinishedLink(text: string, at: number): UnfinishedLink | undefined {
  const isImage = text.startsWith('!', at);
  const start = at + (isImage ? 2 : 1);
  const end = endOfLabel(text, start);
  if (end < 0) {
    if (text.length - start > PATIENCE) return undefined;
    const label = text.slice(start);
    return { start: '', label: isImage || HELD_LABEL.test(label) ? '' : label, end: '' };
  }
  const after = text.slice(end + 1);
  const isCut = /^\((?:[^()\n]|\([^()\n]*\))*$/.test(after) && after.length < 2_000;
  if (!isCut) return undefined;
  if (isImage) return { start: '', label: '', end: '' };
  return { start: '[', label: text.slice(start, end), end: ']()' };
}

/** The position of the `]` that ends the label starting at `start`; -1 when it is not there yet. */
function endOfLabel(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '[') depth += 1;
    else if (character === ']' && depth === 0) return at;
    else if (character === ']') depth -= 1;
  }
  return -1;
}

/** Takes a run of emphasis marks as an end where it can be one, else as a beginning. */
function toggle(open: string[], run: string, before: string, after: string): void {
  const mark = run.slice(0, run.startsWith('~') ? 2 : 3);
  if (/\S/.test(before) && close(open, mark)) return;
  if (/\s/.test(after) || /[\p{L}\p{N}]/u.test(before)) return;
  if (mark.length === 3) open.push(mark.slice(0, 2), mark.slice(0, 1));
  else open.push(mark);
}

function close(open: string[], mark: string): boolean {
  const last = open.at(-1);
  if (last === undefined || !mark.startsWith(last)) return false;
  open.pop();
  const rest = mark.slice(last.length);
  if (rest) close(open, rest);
  return true;
}
