/** The passages of a document as what is read one after the other. */

import type { Token, Tokens } from 'marked';
import type { MessageKey } from '$lib/i18n';
import type { ReadPassage } from '$lib/api/types';
import { languageOf } from '$lib/markdown/languages';
import { lex } from '$lib/markdown/parse';

type Block = ReadPassage['blocks'][number];

interface Part {
  key: string;
  /** The number of the passage that it belongs to. */
  passage: number;
}

/** A page begins, or something that has a name: a sheet, a chapter, a file, a mail. */
export interface Mark extends Part {
  kind: 'mark';
  page: number | null;
  names: string[];
  isFile: boolean;
}

export interface Prose extends Part {
  kind: 'prose';
  tokens: Token[];
}

/** Lines that are as they are. */
export interface Plain extends Part {
  kind: 'plain';
  text: string;
}

export interface Code extends Part {
  kind: 'code';
  token: Tokens.Code;
  /** Whether it is the rest of the code above. */
  goesOn: boolean;
}

/** A table, whose rows may be of many passages. */
export interface Table extends Part {
  kind: 'table';
  head: Tokens.TableCell[];
  bodies: { passage: number; rows: Tokens.TableCell[][] }[];
}

export type Item = Mark | Prose | Plain | Code | Table;

/** How the pages of a kind of document are called; null where their names are enough. */
export function pageWord(kind: MessageKey | null): MessageKey | null {
  if (kind === 'documents.kind.slides') return 'reading.slide';
  if (kind === 'documents.kind.workbook') return 'reading.sheet';
  if (kind === 'documents.kind.book') return 'reading.chapter';
  return 'reading.page';
}

export function flowOf(passages: readonly ReadPassage[]): Item[] {
  const flow = new Flow();
  for (const passage of passages) {
    passage.blocks.forEach((block, index) => {
      flow.add(block, { key: `${passage.number}:${index}`, passage: passage.number });
    });
  }
  return flow.items;
}

class Flow {
  readonly items: Item[] = [];
  /** The file that is read, of those within a document. */
  #file = '';

  add(block: Block, part: Part): void {
    switch (block.kind) {
      case 'page':
      case 'part':
      case 'file':
        return this.#mark(block, part);
      case 'plain':
        this.items.push({ kind: 'plain', ...part, text: block.text });
        return;
      case 'code':
        return this.#code(block, part);
      case 'table':
        return this.#table(block, part);
      default:
        return this.#prose(tokensOf(block), part);
    }
  }

  /** What begins at one place has one mark. */
  #mark({ kind, page, text }: Block, part: Part): void {
    if (kind === 'file') this.#file = text;
    const last = this.items.at(-1);
    const isNew = last?.kind !== 'mark' || last.passage !== part.passage || kind === 'page';
    const mark: Mark = isNew
      ? { kind: 'mark', ...part, page: null, names: [], isFile: false }
      : last;
    if (isNew) this.items.push(mark);
    if (kind === 'page') mark.page = page ?? null;
    else mark.names.push(text);
    mark.isFile ||= kind === 'file';
  }

  #prose(tokens: Token[], part: Part): void {
    const last = this.items.at(-1);
    if (last?.kind === 'prose' && last.passage === part.passage) last.tokens.push(...tokens);
    else this.items.push({ kind: 'prose', ...part, tokens });
  }

  #code({ text, language, goes_on }: Block, part: Part): void {
    const name = language || (languageOf(this.#file.split('.').at(-1) ?? '')?.id ?? '');
    const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
    const raw = `${fence}${name}\n${text}\n${fence}`;
    const token: Tokens.Code = { type: 'code', raw, text, lang: name };
    const goesOn = goes_on && this.items.at(-1)?.kind === 'code';
    this.items.push({ kind: 'code', ...part, token, goesOn });
  }

  #table(block: Block, part: Part): void {
    const [token] = lex(block.text).tokens;
    if (token?.type !== 'table') return this.#prose(tokensOf(block), part);
    const { header, rows } = token as Tokens.Table;
    const body = { passage: part.passage, rows: rows.map((row) => row.map(cellAsWords)) };
    const last = this.items.at(-1);
    if (block.goes_on && last?.kind === 'table') last.bodies.push(body);
    else this.items.push({ kind: 'table', ...part, head: header.map(cellAsWords), bodies: [body] });
  }
}

function tokensOf({ kind, text, level }: Block): Token[] {
  if (kind === 'heading') return [headingOf(text, level)];
  // Of a list that was parted the rest begins as deep as it stood.
  const { tokens } = lex(text.trimStart());
  return tokens.filter(({ type }) => type !== 'space').map(asWords);
}

/** Blocks whose contents would be hidden, or act: a document's tags, definitions and notes. */
const SOURCE = new Set(['html', 'def', 'footnote']);

/** A token of which every word is seen: a document that speaks of HTML does not consist of it. */
function asWords(token: Token): Token {
  if (SOURCE.has(token.type)) {
    const words: Tokens.Text = { type: 'text', raw: token.raw, text: token.raw.trim() };
    const isInline = token.type === 'html' && !(token as Tokens.HTML).block;
    return isInline ? words : { ...words, type: 'paragraph', tokens: [words] };
  }
  if (token.type === 'list') {
    const { items, ...list } = token as Tokens.List;
    return { ...list, items: items.map((item) => asWords(item) as Tokens.ListItem) };
  }
  const { tokens } = token as Tokens.Generic;
  return tokens ? { ...token, tokens: tokens.map(asWords) } : token;
}

function cellAsWords(cell: Tokens.TableCell): Tokens.TableCell {
  return { ...cell, tokens: cell.tokens.map(asWords) };
}

/** A title has no marks any more: what looks like one is a part of it. */
function headingOf(title: string, depth: number): Tokens.Heading {
  const text: Tokens.Text = { type: 'text', raw: title, text: escaped(title), escaped: true };
  return { type: 'heading', raw: title, text: title, depth: Math.min(6, depth), tokens: [text] };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
