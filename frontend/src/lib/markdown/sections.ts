/** Groups blocks, so that the browser has few things to look at while the last of them grows. */

import type { Block } from './blocks';

/** Blocks of one section. A block's place never changes, so neither does its section. */
export const SECTION = 16;

/** `blocks` in sections; one that holds the same blocks as in `before` is the same array again. */
export function sectionsOf(
  blocks: readonly Block[],
  before: readonly (readonly Block[])[],
): (readonly Block[])[] {
  const sections = [];
  for (let start = 0; start < blocks.length; start += SECTION) {
    const known = before[sections.length];
    const length = Math.min(SECTION, blocks.length - start);
    const isSame =
      known?.length === length && known.every((block, at) => block === blocks[start + at]);
    sections.push(isSame ? known : blocks.slice(start, start + length));
  }
  return sections;
}
