/** Finds mathematics in Markdown: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. */

export interface Formula {
  raw: string;
  tex: string;
  display: boolean;
}

interface Delimiter {
  open: string;
  close: string;
  display: boolean;
}

const DELIMITERS: readonly Delimiter[] = [
  { open: '$$', close: '$$', display: true },
  { open: '$', close: '$', display: false },
  { open: '\\(', close: '\\)', display: false },
  { open: '\\[', close: '\\]', display: true },
];

/** The longest formula looked for, in characters: keeps a hostile line of openers linear. */
const LONGEST = 4_000;

/** `5 and 10`, `5, or 7`: a number followed by words without any operator is an amount of money. */
const MONEY = /^[\d.,]+(?:[,;]|\s)[^\\^_=+*/<>-]*$/;

/** The delimiter that opens at the start of `text`, if one does. */
function opening(text: string): Delimiter | undefined {
  return DELIMITERS.find(({ open }) => text.startsWith(open));
}

/** Where `close` stands unescaped in `text` at or after `from`; -1 when it does not. */
function closing(text: string, close: string, from: number): number {
  const limit = Math.min(text.length, from + LONGEST);
  for (let at = from; at < limit; at += 1) {
    if (text.startsWith(close, at)) return at;
    if (text[at] === '\\') at += 1;
  }
  return -1;
}

/** Whether what follows a single `$` may be a formula at all (pandoc's rule: no space after it). */
function mayOpenDollar(text: string): boolean {
  return /^\$[^\s$]/.test(text);
}

function closesDollar(text: string, end: number, tex: string): boolean {
  return !/\s$/.test(tex) && !/^\d/.test(text.slice(end + 1, end + 2)) && !MONEY.test(tex);
}

/** The formula that starts at the first character of `text`, within a paragraph. */
export function inlineFormula(text: string): Formula | undefined {
  const delimiter = opening(text);
  if (!delimiter) return undefined;
  const { open, close, display } = delimiter;
  if (open === '$' && !mayOpenDollar(text)) return undefined;
  const end = closing(text, close, open.length);
  const tex = text.slice(open.length, end);
  if (end < 0 || tex.trim() === '') return undefined;
  if (open === '$' && (tex.includes('\n') || !closesDollar(text, end, tex))) return undefined;
  return { raw: text.slice(0, end + close.length), tex: tex.trim(), display };
}

/** The position of the next character at which a formula could begin; -1 when there is none. */
export function nextFormula(text: string): number {
  for (const match of text.matchAll(/\$+|\\[([]/g)) {
    const before = text[match.index - 1] ?? '';
    const escaped = before === '\\' || (match[0].startsWith('$') && /[\p{L}\p{N}]/u.test(before));
    if (!escaped) return match.index;
  }
  return -1;
}

/**
 * A display formula that is a block of its own: it starts a line, holds no blank line and ends one.
 * A blank line ends the search, so that a stray `$$` never swallows the rest of an answer.
 */
export function blockFormula(text: string): Formula | undefined {
  const start = /^ {0,3}(\$\$|\\\[)/.exec(text);
  if (!start) return undefined;
  const close = start[1] === '$$' ? '$$' : '\\]';
  const end = closing(text, close, start[0].length);
  if (end < 0) return undefined;
  const tex = text.slice(start[0].length, end);
  const rest = /^[ \t]*(?:\n+|$)/.exec(text.slice(end + close.length));
  if (tex.trim() === '' || /\n[ \t]*\n/.test(tex) || !rest) return undefined;
  return { raw: text.slice(0, end + close.length) + rest[0], tex: tex.trim(), display: true };
}

/** Where a block formula could interrupt the paragraph at the start of `text`; -1 when nowhere. */
export function nextBlockFormula(text: string): number {
  const blank = text.indexOf('\n\n');
  const paragraph = blank < 0 ? text : text.slice(0, blank);
  const found = paragraph.search(/\n {0,3}(?:\$\$|\\\[)/);
  return found < 0 ? -1 : found + 1;
}

/** What an unfinished block formula at the end of `text` still lacks; empty when none is open. */
export function missingFormulaEnd(text: string): string {
  const last = text.slice(text.search(/(?:^|\n[ \t]*\n)(?![\s\S]*\n[ \t]*\n)/));
  const lines = last.split('\n');
  let close = '';
  let indent = '';
  for (const line of lines) {
    const start = /^((?:[\s>]|[-*+] |\d+[.)] )*)(\$\$|\\\[)(.*)$/.exec(line);
    if (!close && start) {
      close = start[2] === '$$' ? '$$' : '\\]';
      indent = (start[1] ?? '').replace(/[^\s>]/g, ' ');
      if ((start[3] ?? '').includes(close)) close = '';
    } else if (close && line.includes(close)) close = '';
  }
  return close && `\n${indent}${close}`;
}
