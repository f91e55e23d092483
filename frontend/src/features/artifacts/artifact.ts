/** What can be shown live of the code in answers, and what it is called. */

export type Kind = 'html' | 'css' | 'javascript' | 'svg' | 'mermaid' | 'markdown';

/** One block of an answer that can be shown. */
export interface Version {
  /** Of its message, and the number of its block in it. */
  id: string;
  /** The ids of the blocks that were put into it. */
  parts?: readonly string[];
  kind: Kind;
  /** Empty where it has none. */
  title: string;
  code: string;
}

interface Fenced {
  code: string;
  /** As the fence says it. */
  language: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  htm: 'html',
  html: 'html',
  xhtml: 'html',
  css: 'css',
  javascript: 'javascript',
  js: 'javascript',
  mjs: 'javascript',
  svg: 'svg',
  mermaid: 'mermaid',
  markdown: 'markdown',
  md: 'markdown',
};
const DRAWING = /^\s*(?:<\?xml[^<>]*>\s*)?(?:<!--[^<>]*-->\s*)?(?:<!doctype[^<>]*>\s*)?<svg[\s>]/i;

/** What is plainly not for a browser: names of Node.js, and modules, which nobody serves here. */
const ELSEWHERE =
  /\brequire\s*\(|\bprocess\.[a-z]|\bmodule\.exports\b|\b__dirname\b|^\s*import\s*(?:["'{*]|\w+\s*(?:,|from\b))/m;

/** As what a fenced block can be shown; undefined where it is only code. */
export function kindOf({ code, language }: Fenced): Kind | undefined {
  const name = language.toLowerCase();
  if (name === 'xml') return DRAWING.test(code) ? 'svg' : undefined;
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  return kind === 'javascript' && ELSEWHERE.test(code) ? undefined : kind;
}

/** The id of a version, by which a block is known. */
export function versionId(message: string, block: number): string {
  return `${message}:${block}`;
}

const LONGEST_TITLE = 120;
/** Titles stand at the begin, and looking for one must not take long. */
const LOOKED_THROUGH = 20_000;

/** What it says it is called, or else its fence does. */
export function titleOf(kind: Kind, code: string, fence: string): string {
  const title = said(kind, code.slice(0, LOOKED_THROUGH)) || fence;
  return title.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TITLE);
}

function said(kind: Kind, code: string): string {
  if (kind === 'html') return element('title', code) || element('h1', code);
  if (kind === 'svg') return element('title', code);
  if (kind === 'css' || kind === 'javascript') return '';
  if (kind === 'mermaid') return /^---\n(?:.*\n)*?title: *(.+)\n/.exec(code)?.[1] ?? '';
  const [, heading = ''] = /^ {0,3}#{1,6}[ \t]+(\S.{0,200})/m.exec(code) ?? [];
  return heading.replace(/[ \t]#+[ \t]*$/, '').replace(/[*_`]/g, '');
}

/** The words of the first such element. */
function element(name: string, code: string): string {
  const [, inside = ''] =
    new RegExp(`<${name}(?:\\s[^<>]*)?>([^]*?)</${name}`, 'i').exec(code) ?? [];
  return decode(inside.replace(/<[^<>]*>/g, ' ')).trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|(\w+));/gi, (all, decimal, hex, name) => {
    const number = decimal ? Number(decimal) : hex ? parseInt(String(hex), 16) : 0;
    if (number > 0 && number <= 0x10ffff) return String.fromCodePoint(number);
    return ENTITIES[String(name)] ?? String(all);
  });
}

const EXTENSIONS: Readonly<Record<Kind, string>> = {
  html: 'html',
  css: 'css',
  javascript: 'js',
  svg: 'svg',
  mermaid: 'mmd',
  markdown: 'md',
};
const LONGEST_NAME = 80;

/** What its file is called. */
export function fileNameOf({ kind, title }: Version): string {
  const extension = EXTENSIONS[kind];
  const name = title
    .normalize('NFKC')
    .replace(new RegExp(`\\.(?:${extension}|${kind}|htm)$`, 'i'), '')
    .replace(/[^\p{L}\p{N}._ -]/gu, '')
    .trim()
    .replace(/[\s-]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replace(/^[.-]+|[.-]+$/g, '');
  return `${name || 'artifact'}.${extension}`;
}
