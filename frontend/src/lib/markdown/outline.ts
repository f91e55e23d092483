import type { Token, Tokens } from 'marked';

/** The page's own heading is above every message. */
const PAGE_LEVEL = 1;
const STEPS = 5;

/**
 * The level of each block that is a heading: models skip levels, an outline must not.
 * Later blocks never change earlier levels.
 */
export function headingLevels(tokens: readonly Token[]): (number | null)[] {
  const above: number[] = [];
  return tokens.map((token) => {
    if (token.type !== 'heading') return null;
    const { depth } = token as Tokens.Heading;
    while ((above.at(-1) ?? 0) >= depth) above.pop();
    above.push(depth);
    return PAGE_LEVEL + Math.min(above.length, STEPS);
  });
}

/** `list`, but the last result itself while a new one is equal: what reads it need not look anew. */
export function keptWhileSame<Item>(list: () => Item[]): () => Item[] {
  let kept: Item[] = [];
  return () => {
    const next = list();
    const isSame = next.length === kept.length && next.every((item, at) => item === kept[at]);
    if (!isSame) kept = next;
    return kept;
  };
}
