/** What a host of Markdown puts to its code blocks. */

import type { Token, Tokens } from 'marked';
import { createContext, type Snippet } from 'svelte';
import { fenceOf, titleOf } from './fence';

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

export interface CodeTools {
  /** Beside the block's own buttons. */
  actions: Snippet<[PlacedCode]>;
  below: Snippet<[PlacedCode]>;
}

export interface ToolsContext {
  readonly tools: CodeTools | null;
  /** Undefined while the text grows. */
  placed(token: Token): PlacedCode | undefined;
}

export const [getTools, setTools] = createContext<ToolsContext>();

/** Every fenced block of a text by its token, those in lists, quotations and notes as well. */
export function placedCode(tokens: readonly Token[]): Map<Token, PlacedCode> {
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
    placed.set(token, { number: placed.size, code: token.text, language, title, isOpen });
  };
  walk(tokens);
  return placed;
}
