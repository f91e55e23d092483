/** An answer as a list of blocks that grows at its end: what is settled is never parsed again. */

import type { Links, Token, Tokens } from 'marked';
import { completeBlock, completeCode, completeInline } from './complete';
import { fenceOf } from './fence';
import { lex, lexInline } from './parse';

export interface Block {
  readonly raw: string;
  readonly token: Token;
  /** Whether the token shows something else than `raw` says, because its end has not come yet. */
  readonly isCompleted: boolean;
}

/**
 * How many blocks at the end may still change with what comes: a paragraph `1` after a list turns
 * out to be the list's next item.
 */
export const UNSETTLED = 2;

export class BlockStream {
  blocks: readonly Block[] = [];
  #settled: Block[] = [];
  #source = '';
  #links: Links = {};

  /** Takes all the text so far and returns its blocks; only what is not settled is lexed. */
  grow(text: string): readonly Block[] {
    const source = normalise(text);
    if (!source.startsWith(this.#source)) this.#reset();
    const { tokens } = lex(source.slice(this.#source.length), this.#links);
    const boundary = firstUnsettled(tokens);
    this.#settle(tokens.slice(0, boundary));
    const tail = this.#complete(source.slice(this.#source.length), tokens.slice(boundary));
    this.blocks = [...this.#settled, ...tail];
    return this.blocks;
  }

  /** Takes the finished text and returns its blocks from one full parse. */
  finish(text: string): readonly Block[] {
    const { tokens, links } = lex(normalise(text));
    const blocks = tokens.filter(isShown).map((token) => asBlock(token));
    // A definition anywhere changes what the references before it mean.
    const isSame = Object.keys(links).length === 0;
    this.blocks = isSame ? blocks.map((block, index) => this.#known(block, index)) : blocks;
    this.#reset();
    return this.blocks;
  }

  #settle(tokens: Token[]): void {
    for (const token of tokens) {
      this.#source += token.raw;
      if (token.type === 'def') {
        const { tag, href, title } = token as Tokens.Def;
        this.#links[tag] ??= { href, title };
      } else if (isShown(token)) {
        this.#settled.push(this.#known(asBlock(token), this.#settled.length));
      }
    }
  }

  /** The blocks of the unsettled `tokens`, the last one completed. */
  #complete(source: string, tokens: Token[]): Block[] {
    let shown = tokens.filter(isShown);
    const end = shown.at(-1);
    if (!end) return [];
    let isCompleted = false;
    if (!isOpenCode(end)) {
      const completed = completeBlock(source);
      isCompleted = completed !== source;
      if (isCompleted) shown = lex(completed, this.#links).tokens.filter(isShown);
    }
    const last = shown.at(-1);
    isCompleted = (last !== undefined && completeEnd(last, this.#links)) || isCompleted;
    return shown.map((token, index) =>
      this.#known(asBlock(token, isCompleted && token === last), this.#settled.length + index),
    );
  }

  /** The block shown before in this place, where it is the same: its part of the page stays. */
  #known(block: Block, index: number): Block {
    const known = this.blocks[index];
    const isSame = known?.raw === block.raw && !known.isCompleted && !block.isCompleted;
    return isSame ? known : block;
  }

  #reset(): void {
    this.#settled = [];
    this.#source = '';
    this.#links = {};
  }
}

/** One kind of line end, whatever the model's. */
function normalise(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function isShown(token: Token): boolean {
  return token.type !== 'space' && token.type !== 'def';
}

function asBlock(token: Token, isCompleted = false): Block {
  return { raw: token.raw, token, isCompleted };
}

/** The index of the first token that what comes may still change. */
function firstUnsettled(tokens: Token[]): number {
  let missing = UNSETTLED;
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    if (tokens[index]?.type !== 'space') missing -= 1;
    if (missing === 0) return index;
  }
  return 0;
}

/** The innermost block at the end of `token`: where the next word will go. */
function endOf(token: Token): Token | Tokens.TableCell | undefined {
  switch (token.type) {
    case 'blockquote':
    case 'footnote':
      return endOfAll((token as Tokens.Generic).tokens ?? []) ?? token;
    case 'list': {
      const item = (token as Tokens.List).items.at(-1);
      return item && endOfAll(item.tokens);
    }
    case 'table': {
      const { header, rows } = token as Tokens.Table;
      return (rows.at(-1) ?? header).findLast(({ text }) => text !== '');
    }
    default:
      return token;
  }
}

function endOfAll(tokens: Token[]): Token | Tokens.TableCell | undefined {
  const last = tokens.findLast(isShown);
  return last && endOf(last);
}

function isOpenCode(token: Token): boolean {
  const end = endOf(token);
  return end !== undefined && 'type' in end && end.type === 'code' && fenceOf(end.raw).isOpen;
}

/** Completes the innermost block at the end of `token` in place; says whether it had to. */
function completeEnd(token: Token, links: Links): boolean {
  const end = endOf(token) as Tokens.Generic | undefined;
  if (end?.type === 'code') return completeOpenCode(end as Tokens.Code);
  if (!end?.tokens || typeof end.text !== 'string') return false;
  const completed = completeInline(end.text);
  if (completed === end.text) return false;
  end.tokens = lexInline(completed, links);
  return true;
}

function completeOpenCode(code: Tokens.Code): boolean {
  const { isOpen, mark } = fenceOf(code.raw);
  if (isOpen) code.text = completeCode(code.text, mark);
  return isOpen;
}
