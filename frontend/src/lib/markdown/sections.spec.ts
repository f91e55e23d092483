import { expect, it } from 'vitest';
import { BlockStream } from './blocks';
import { SECTION, sectionsOf } from './sections';

const words = (count: number) => Array.from({ length: count }, (_, n) => `word ${n}`).join('\n\n');

it('sections hold all blocks in their order', () => {
  const blocks = new BlockStream().finish(words(2 * SECTION + 1));
  const sections = sectionsOf(blocks, []);
  expect(sections.map(({ length }) => length)).toEqual([SECTION, SECTION, 1]);
  expect(sections.flat()).toEqual(blocks);
});

it('a section stays the same while later blocks grow', () => {
  const stream = new BlockStream();
  const before = sectionsOf(stream.grow(words(SECTION + 4)), []);
  const after = sectionsOf(stream.grow(words(SECTION + 6)), before);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

it('no blocks are no sections', () => {
  expect(sectionsOf([], [])).toEqual([]);
});
