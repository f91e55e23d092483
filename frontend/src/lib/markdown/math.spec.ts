import { describe, expect, it } from 'vitest';
import { blockFormula, inlineFormula, nextFormula } from './math';

describe('a formula within a line', () => {
  it.each([
    ['$x$', 'x', false],
    ['$x^2 + 1$.', 'x^2 + 1', false],
    ['$$x$$', 'x', true],
    ['\\(x\\)', 'x', false],
    ['\\[x\\]', 'x', true],
    ['$3 + 4 = 7$', '3 + 4 = 7', false],
    ['$\\$5$', '\\$5', false],
  ])('is found in %j', (text, tex, display) => {
    expect(inlineFormula(text)).toMatchObject({ tex, display });
  });

  it.each([
    '$5 and $6',
    '$5, or 10$ more',
    '$ x$',
    '$x $',
    '$x\ny$',
    '$$',
    '$',
    '\\(x',
    'x$',
    '$5-$6',
  ])('is not found in %j', (text) => {
    expect(inlineFormula(text)).toBeUndefined();
  });

  it('is not looked for behind a letter, a digit or a backslash', () => {
    expect(nextFormula('US$5 and \\$6')).toBe(-1);
    expect(nextFormula('so $x$')).toBe(3);
  });
});

describe('a formula of its own', () => {
  it.each([
    ['$$\nx\n$$\nafter', 'x', '$$\nx\n$$\n'],
    ['\\[ x \\]', 'x', '\\[ x \\]'],
    ['$$x$$', 'x', '$$x$$'],
  ])('is found in %j', (text, tex, raw) => {
    expect(blockFormula(text)).toEqual({ tex, raw, display: true });
  });

  it.each(['$$\nx\n\ny\n$$', '$$ x $$ where', '$$\nx', 'x $$y$$'])('is not found in %j', (text) => {
    expect(blockFormula(text)).toBeUndefined();
  });
});
