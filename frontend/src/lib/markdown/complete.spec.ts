import { describe, expect, it } from 'vitest';
import { completeBlock, completeCode, completeInline } from './complete';

describe('an unfinished paragraph', () => {
  it.each([
    ['some **bold', 'some **bold**'],
    ['some **bold ', 'some **bold**'],
    ['some **bold*', 'some **bold**'],
    ['some *', 'some '],
    ['some **', 'some '],
    ['some *soft', 'some *soft*'],
    ['***both', '***both***'],
    ['**bold and *soft', '**bold and *soft***'],
    ['**done** and', '**done** and'],
    ['2 * 3 = 6', '2 * 3 = 6'],
    ['snake_case_name', 'snake_case_name'],
    ['~~gone', '~~gone~~'],
    ['`code', '`code`'],
    ['`', ''],
    ['``a ` b', '``a ` b``'],
    ['`a * b` and **c', '`a * b` and **c**'],
    ['see [the pa', 'see the pa'],
    ['see [the **pa', 'see the **pa**'],
    ['see [the page](https://exa', 'see [the page]()'],
    ['see [the page](https://example.org) and', 'see [the page](https://example.org) and'],
    ['see [1', 'see '],
    ['see [^', 'see '],
    ['see [^note', 'see '],
    ['see [^1] and', 'see [^1] and'],
    ['an image ![of a cat](https://exa', 'an image '],
    ['an image ![of', 'an image '],
    ['a <b', 'a '],
    ['a < b', 'a < b'],
    ['so $x^2 +', 'so '],
    ['so $x^2$ is', 'so $x^2$ is'],
    ['costs $5 and', 'costs $5 and'],
    ['so \\(x', 'so '],
    ['so \\', 'so '],
    ['**a $b*c$ d', '**a $b*c$ d**'],
  ])('%j shows as %j', (text, shown) => {
    expect(completeInline(text)).toBe(shown);
  });
});

describe('an unfinished block', () => {
  it.each([
    ['text\n-', 'text'],
    ['text\n--', 'text'],
    ['text\n1.', 'text'],
    ['text\n#', 'text'],
    ['text\n``', 'text'],
    ['text\n> ', 'text'],
    ['- a\n-', '- a'],
    ['text\n---', 'text\n---'],
    ['text\n[^1', 'text'],
    ['text\n[^1]', 'text'],
    ['text\n[a]:', 'text'],
    ['text\n[a link', 'text\n[a link'],
    ['| a | b', '| a | b\n|---|---|'],
    ['| a | b |\n|-', '| a | b |\n|---|---|'],
    ['| a | b |\n|---|---|\n| 1', '| a | b |\n|---|---|\n| 1'],
    ['$$\nx', '$$\nx\n$$'],
    ['$$\nx\n$', '$$\nx\n$$'],
    ['\\[\nx', '\\[\nx\n\\]'],
    ['$$\nx\n$$', '$$\nx\n$$'],
    ['$$\nx\n', '$$\nx\n$$'],
    ['so\n\n$$', 'so'],
    ['so\n\n$$\n', 'so\n'],
    ['- so\n  $$\n  x', '- so\n  $$\n  x\n  $$'],
  ])('%j shows as %j', (source, shown) => {
    expect(completeBlock(source)).toBe(shown);
  });
});

describe('open code', () => {
  it('does not show the beginning of its end', () => {
    expect(completeCode('a\n``', '```')).toBe('a');
    expect(completeCode('a\nb', '```')).toBe('a\nb');
    expect(completeCode('`', '```')).toBe('');
  });
});
