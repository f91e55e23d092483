/** Markdown to tokens and tokens to inline HTML: GFM by marked, with formulas, within bounds. */

import { Lexer, Marked, Parser, Tokenizer, type Links, type Token, type Tokens } from 'marked';
import { markerAt, nextMarker } from './citations';
import { nextNote, nextReference, noteAt, referenceAt } from './footnotes';
import { blockFormula, inlineFormula, nextBlockFormula, nextFormula, type Formula } from './math';

/** Quotes and lists nested deeper than this are shown as text; marked recurses for each level. */
const DEEPEST = 10;

/** A paragraph longer than this, in characters, is shown as text: inline rules are not linear. */
const LONGEST_INLINE = 20_000;

export interface MathToken extends Formula {
  type: 'formula';
}

export interface ReferenceToken {
  type: 'footnoteReference';
  raw: string;
  label: string;
}

export interface NoteToken {
  type: 'footnote';
  raw: string;
  label: string;
  tokens: Token[];
}

export interface CitationToken {
  type: 'citation';
  raw: string;
}

/** A text's top-level tokens and the link definitions found in it. */
export interface Lexed {
  tokens: Token[];
  links: Links;
}

class BoundedTokenizer extends Tokenizer {
  #depth = 0;

  /** Whether a quote, a list or a footnote is being read. */
  get isNested(): boolean {
    return this.#depth > 0;
  }

  nested<Result>(tokenize: () => Result): Result | undefined {
    if (this.#depth >= DEEPEST) return undefined;
    this.#depth += 1;
    try {
      return tokenize();
    } finally {
      this.#depth -= 1;
    }
  }

  override blockquote(source: string): Tokens.Blockquote | undefined {
    return /^ {0,3}>/.test(source) ? this.nested(() => super.blockquote(source)) : undefined;
  }

  override list(source: string): Tokens.List | undefined {
    return this.nested(() => super.list(source));
  }

  /** marked lets an underlined heading run over what should have ended its paragraph. */
  override lheading(source: string): Tokens.Heading | undefined {
    const heading = super.lheading(source);
    const isCut = heading && (nextBlockFormula(heading.raw) >= 0 || nextNote(heading.raw) >= 0);
    return isCut ? undefined : heading;
  }

  /** A footnote of one word would otherwise be a link's address, and vanish. */
  override def(source: string): Tokens.Def | undefined {
    return /^ {0,3}\[\^/.test(source) ? undefined : super.def(source);
  }
}

class BoundedLexer extends Lexer {
  #depth = 0;

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    if (source.length > LONGEST_INLINE || this.#depth >= DEEPEST) {
      tokens.push({ type: 'text', raw: source, text: source, escaped: false });
      return tokens;
    }
    this.#depth += 1;
    try {
      return super.inlineTokens(source, tokens);
    } finally {
      this.#depth -= 1;
    }
  }
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

const markdown = new Marked({
  gfm: true,
  extensions: [
    {
      name: 'formula',
      level: 'block',
      start: (source) => orNothing(nextBlockFormula(source)),
      tokenizer: (source) => asToken(blockFormula(source)),
    },
    {
      name: 'formula',
      level: 'inline',
      start: (source) => orNothing(nextFormula(source)),
      tokenizer: (source) => asToken(inlineFormula(source)),
      renderer: (token) => {
        const { tex, display } = token as MathToken;
        const name = display ? 'dost-formula dost-display' : 'dost-formula';
        return `<span class="${name}">${escape(tex)}</span>`;
      },
    },
    {
      name: 'footnote',
      level: 'block',
      start: (source) => orNothing(nextNote(source)),
      tokenizer(source) {
        return readNote(source, this.lexer);
      },
    },
    {
      name: 'footnoteReference',
      level: 'inline',
      start: (source) => orNothing(nextReference(source)),
      tokenizer(source): ReferenceToken | undefined {
        const reference = referenceAt(source);
        return reference && { type: 'footnoteReference', ...reference };
      },
      renderer: (token) =>
        `<span class="dost-reference">${escape((token as ReferenceToken).label)}</span>`,
    },
    {
      name: 'citation',
      level: 'inline',
      start: (source) => orNothing(nextMarker(source)),
      tokenizer(source) {
        return readCitation(source, this.lexer);
      },
      renderer: ({ raw }) => `<span class="dost-citation">${escape(raw)}</span>`,
    },
  ],
  renderer: {
    // A link whose address has not come yet looks like a link and leads nowhere.
    link({ href, tokens }) {
      return href === '' ? `<a>${this.parser.parseInline(tokens)}</a>` : false;
    },
    // Task boxes are drawn by the list itself; the sanitiser lets no form control through.
    checkbox: () => '',
  },
});

function asToken(formula: Formula | undefined): MathToken | undefined {
  return formula && { type: 'formula', ...formula };
}

/** Only what is at the top level is a footnote: inside a quote or a list its text stays in place. */
function readNote(source: string, lexing: Lexer): NoteToken | undefined {
  const { tokenizer } = lexing.options;
  if (!(tokenizer instanceof BoundedTokenizer) || tokenizer.isNested) return undefined;
  const note = noteAt(source);
  if (!note) return undefined;
  const { raw, label, body } = note;
  const tokens = tokenizer.nested(() => lexing.blockTokens(body, [])) ?? [];
  return { type: 'footnote', raw, label, tokens };
}

/** A number in brackets, unless it is a link, or names one that is defined elsewhere. */
function readCitation(source: string, lexing: Lexer): CitationToken | undefined {
  const marker = markerAt(source);
  if (!marker || lexing.state.inLink) return undefined;
  const [, after] = /^\[([^[\]]+)\]/.exec(source.slice(marker.raw.length)) ?? [];
  const labels = [marker.raw.slice(1, -1), after ?? ''];
  const isDefined = labels.some((label) => label.toLowerCase() in lexing.tokens.links);
  return isDefined ? undefined : { type: 'citation', raw: marker.raw };
}

function orNothing(index: number): number | undefined {
  return index < 0 ? undefined : index;
}

const parser = new Parser(markdown.defaults);

function lexer(): BoundedLexer {
  return new BoundedLexer({ ...markdown.defaults, tokenizer: new BoundedTokenizer() });
}

/** The top-level tokens of `source`; `links` are definitions known from the text before it. */
export function lex(source: string, links: Links = {}): Lexed {
  const lexing = lexer();
  Object.assign(lexing.tokens.links, links);
  const tokens = lexing.lex(source);
  return { tokens: [...tokens], links: tokens.links };
}

/** The inline tokens of one paragraph's `source`. */
export function lexInline(source: string, links: Links): Token[] {
  const lexing = lexer();
  Object.assign(lexing.tokens.links, links);
  return lexing.inlineTokens(source);
}

/** Inline tokens as HTML that has not been sanitised. */
export function renderInline(tokens: Token[]): string {
  return parser.parseInline(tokens);
}
