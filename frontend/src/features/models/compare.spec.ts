import { describe, expect, it } from 'vitest';
import { toggled } from './compare';

describe('choosing several models', () => {
  it.each([
    ['adds one at the end', ['a'], 'b', ['a', 'b']],
    ['takes one out', ['a', 'b'], 'a', ['b']],
    ['keeps the last one', ['a'], 'a', ['a']],
    ['adds no fifth', ['a', 'b', 'c', 'd'], 'e', ['a', 'b', 'c', 'd']],
  ])('%s', (_, chosen, id, expected) => {
    expect(toggled(chosen, id)).toEqual(expected);
  });
});
