/** What a host of Markdown puts to it. */

import type { Token, Tokens } from 'marked';
import { createContext, type Snippet } from 'svelte';
import type { Sources } from './citations';
import { fenceOf, titleOf } from './fence';
import { lex } from './parse';

/** A fenced block as it is known outside: by its number, which CommonMark readers agree upon. */
export interface PlacedCode {
  number: number;
  code: string;
  /** As the fence says it; empty where it says nothing. */
  language: string;
  /** As the fence says it; empty where it says none. */
  title: string;
  /** Whether its end is missing. */
  isOpen: boolean;
}

export interface CodeExtras {
  /** Beside the block's own buttons. */
  actions: Snippet<[PlacedCode]>;
  below: Snippet<[PlacedCode]>;
}

export interface ExtrasContext {
  readonly extras: CodeExtras | null;
  /** Whether long lines are wrapped at first. */
  readonly wraps: boolean;
  /** What numbers in brackets point at; null where they are nothing but that. */
  readonly citations: Sources | null;
  /** Undefined while the text grows. */
  placed(token: Token): PlacedCode | undefined;
}

export const [getExtras, setExtras] = createContext<ExtrasContext>();

/**
 * Every fenced block of a text by its token, those in lists, quotations and notes as well; `first`
 * is the number of the first one.
 */
export function placedCode(tokens: readonly Token[], first = 0): Map<Token, PlacedCode> {
  const placed = new Map<Token, PlacedCode>();
  const walk = (inside: readonly Token[]): void => {
    for (const token of inside) {
      if (token.type === 'code') place(token as Tokens.Code);
      else if (token.type === 'list') (token as Tokens.List).items.forEach((i) => walk(i.tokens));
      else if (token.type === 'blockquote' || token.type === 'footnote')
        walk((token as Tokens.Generic).tokens ?? []);
    }
  };
  const place = (token: Tokens.Code): void => {
    if (token.codeBlockStyle === 'indented') return;
    const { language, isOpen } = fenceOf(token.raw);
    const title = titleOf(token.raw);
    const number = first + placed.size;
    placed.set(token, { number, code: token.text, language, title, isOpen });
  };
  walk(tokens);
  return placed;
}

/** Every fenced block of a text, in its order. */
export function codeIn(text: string): PlacedCode[] {
  if (!/```|~~~/.test(text)) return [];
  return [...placedCode(lex(text.replace(/\r\n?/g, '\n')).tokens).values()];
}

/**
 * The number of the first block of each piece of a text that is shown in pieces, as a reader of the
 * whole text counts. Null where he would find other blocks than the piece has: a fence or a list
 * that one piece leaves open goes on in the next.
 */
export function firstNumbers(pieces: readonly string[]): (number | null)[] {
  if (pieces.length < 2) return pieces.map(() => 0);
  const whole = codeIn(pieces.join(''));
  let next = 0;
  return pieces.map((piece) => {
    const mine = codeIn(piece);
    const first = next;
    next += mine.length;
    const agrees = mine.every(({ code, isOpen }, at) => {
      const known = whole[first + at]?.code;
      return known === code || (isOpen && (known?.startsWith(code) ?? false));
    });
    return agrees ? first : null;
  });
}
