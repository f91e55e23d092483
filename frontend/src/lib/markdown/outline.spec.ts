import { lexer } from 'marked';
import { describe, expect, it } from 'vitest';
import { headingLevels } from './outline';

describe('headingLevels', () => {
  it.each([
    ['# a
## b
### c', [2, 3, 4]],
    ['## a
## b
### c', [2, 2, 3]],
    ['### a
### b
# c
#### d', [2, 2, 2, 3]],
    ['# a
## b
### c
#### d
##### e
###### f', [2, 3, 4, 5, 6, 6]],
    ['### a
text', [2, null]],
  ])('gives to %j the levels %j', (text, levels) => {
    const tokens = lexer(text).filter(({ type }) => type !== 'space');
    expect(headingLevels(tokens)).toEqual(levels);
  });
});
