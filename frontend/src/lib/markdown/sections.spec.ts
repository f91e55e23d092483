import { expect, it } from 'vitest';
import { BlockStream } from './blocks';
import { SECTION, sectioning } from './sections';

const words = (count: number) => Array.from({ length: count }, (_, n) => `word ${n}`).join('\n\n');

it('sections hold all blocks in their order', () => {
  const blocks = new BlockStream().finish(words(2 * SECTION + 1));
  const sections = sectioning()(blocks);
  expect(sections.map(({ length }) => length)).toEqual([SECTION, SECTION, 1]);
  expect(sections.flat()).toEqual(blocks);
});

it('a section stays the same while later blocks grow', () => {
  const stream = new BlockStream();
  const inSections = sectioning();
  const before = inSections(stream.grow(words(SECTION + 4)));
  const after = inSections(stream.grow(words(SECTION + 6)));
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

it('no blocks are no sections', () => {
  expect(sectioning()([])).toEqual([]);
});
