import { lexer } from 'marked';
import { describe, expect, it } from 'vitest';
import { headingLevels, keptWhileSame } from './outline';

describe('headingLevels', () => {
  it.each([
    ['# a\n## b\n### c', [2, 3, 4]],
    ['## a\n## b\n### c', [2, 2, 3]],
    ['### a\n### b\n# c\n#### d', [2, 2, 2, 3]],
    ['# a\n## b\n### c\n#### d\n##### e\n###### f', [2, 3, 4, 5, 6, 6]],
    ['### a\ntext', [2, null]],
  ])('gives to %j the levels %j', (text, levels) => {
    const tokens = lexer(text).filter(({ type }) => type !== 'space');
    expect(headingLevels(tokens)).toEqual(levels);
  });
});

describe('keptWhileSame', () => {
  it('gives the same list until it changes', () => {
    const items = [1, null];
    const kept = keptWhileSame(() => [...items]);
    const first = kept();
    expect(kept()).toBe(first);
    items.push(2);
    expect(kept()).toEqual([1, null, 2]);
  });
});
