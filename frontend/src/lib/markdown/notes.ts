/** Numbers a message's footnotes, in the order in which its text refers to them. */

import type { Token, Tokens } from 'marked';
import type { Block } from './blocks';
import type { NoteToken, ReferenceToken } from './parse';

export interface Note {
  label: string;
  number: number;
  tokens: Token[];
  /** How often the text refers to it. */
  references: number;
}

export interface Notes {
  /** The notes that are there, in the order of their numbers. */
  list: readonly Note[];
  /** The number of every label referred to, whether its note has come or not. */
  numbers: ReadonlyMap<string, number>;
}

const NONE: Notes = { list: [], numbers: new Map() };
const known = new WeakMap<Block, readonly string[]>();

export function isNote(token: Token): token is NoteToken {
  return token.type === 'footnote';
}

/** All notes of a message made of `blocks`. Blocks that were seen before are not searched again. */
export function notesOf(blocks: readonly Block[]): Notes {
  const written = new Map<string, Block>();
  const references: string[] = [];
  for (const block of blocks) {
    if (!isNote(block.token)) references.push(...labelsOf(block));
    else if (!written.has(block.token.label)) written.set(block.token.label, block);
  }
  if (references.length === 0 && written.size === 0) return NONE;
  const counts = count(references, written);
  const numbers = new Map([...counts.keys()].map((label, index) => [label, index + 1]));
  const list = [...numbers].flatMap(([label, number]) => {
    const token = written.get(label)?.token as NoteToken | undefined;
    return token
      ? [{ label, number, tokens: token.tokens, references: counts.get(label) ?? 0 }]
      : [];
  });
  return { list, numbers };
}

/** How often each label is referred to, by the text and then by the notes themselves. */
function count(references: string[], written: Map<string, Block>): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (label: string): unknown => counts.set(label, (counts.get(label) ?? 0) + 1);
  references.forEach(add);
  // A map's iteration reaches what is added on the way: notes that only other notes refer to.
  const searched = new Set<string>();
  const search = (): void => {
    for (const label of counts.keys()) {
      const note = searched.has(label) ? undefined : written.get(label);
      searched.add(label);
      if (note) labelsOf(note).forEach(add);
    }
  };
  search();
  // Nothing that was written is lost: a note nobody refers to comes after the others.
  for (const label of written.keys()) if (!counts.has(label)) counts.set(label, 0);
  search();
  return counts;
}

function labelsOf(block: Block): readonly string[] {
  let labels = known.get(block);
  if (!labels) {
    labels = block.raw.includes('[^') ? labelsIn(block.token) : [];
    known.set(block, labels);
  }
  return labels;
}

function labelsIn(token: Token): string[] {
  if (token.type === 'footnoteReference') return [(token as ReferenceToken).label];
  const {
    tokens = [],
    items = [],
    header = [],
    rows = [],
  } = token as Partial<Tokens.Table> & Partial<Tokens.List> & { tokens?: Token[] };
  const cells = [...header, ...rows.flat()].flatMap((cell) => cell.tokens);
  return [...tokens, ...items, ...cells].flatMap(labelsIn);
}
