/** Groups blocks, so that the browser has few things to look at while the last of them grows. */

import type { Block } from './blocks';

/** Blocks of one section. A block's place never changes, so neither does its section. */
export const SECTION = 16;

export type Section = readonly Block[];

/** Puts blocks into sections; one that holds the same blocks as last time is the same array again. */
export function sectioning(): (blocks: readonly Block[]) => readonly Section[] {
  let before: readonly Section[] = [];
  return (blocks) => {
    const count = Math.ceil(blocks.length / SECTION);
    before = Array.from({ length: count }, (_, at) => {
      const section = blocks.slice(at * SECTION, (at + 1) * SECTION);
      const known = before[at];
      return known && isSame(known, section) ? known : section;
    });
    return before;
  };
}

function isSame(one: Section, other: Section): boolean {
  return one.length === other.length && one.every((block, at) => block === other[at]);
}
