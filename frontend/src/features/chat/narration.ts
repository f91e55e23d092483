/** What a screen reader is told of an answer that is being written: sentences, not tokens. */

/** How what is not read word by word is called. */
export interface Names {
  code: string;
  table: string;
}

/** Numbers of sources in the middle of a sentence, too: they are links, to be found as such. */
const SILENT = 'button, svg, annotation, .dost-cited, [aria-hidden="true"]';
const LINES = 'p, li, tr, blockquote, h1, h2, h3, h4, h5, h6, div';

/** The words of a rendered answer, a line for each block. What follows never changes what was. */
export function wordsOf(answer: Element, names: Names): string {
  return said(answer, names)
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}

function said(node: Node, names: Names): string {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? '';
  if (!(node instanceof Element) || node.matches(SILENT)) return '';
  if (node.matches('pre')) return `\n${names.code}\n`;
  if (node.matches('table')) return `\n${names.table}\n`;
  const words = [...node.childNodes].map((child) => said(child, names)).join('');
  return node.matches(LINES) ? `\n${words}\n` : words;
}

/** Follows a text that grows. */
export class Narration {
  #told = 0;
  readonly #sentences: Intl.Segmenter;

  constructor(language: string) {
    this.#sentences = new Intl.Segmenter(language, { granularity: 'sentence' });
  }

  /** Takes what is there as told. */
  skip(text: string): void {
    this.#told = text.length;
  }

  /** The whole sentences that have come since the last time; at the end all that is left. */
  next(text: string, ended: boolean): string {
    const rest = text.slice(this.#told);
    const open = ended ? undefined : [...this.#sentences.segment(rest)].at(-1);
    const fresh = rest.slice(0, open?.index ?? rest.length);
    this.#told += fresh.length;
    return fresh.replace(/\s+/g, ' ').trim();
  }
}
