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
