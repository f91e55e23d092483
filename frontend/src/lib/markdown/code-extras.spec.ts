import { describe, expect, it } from 'vitest';
import { codeIn, firstNumbers } from './code-extras';

const block = (code: string, info = 'python') => `\`\`\`${info}\n${code}\n\`\`\`\n`;

describe('the code blocks of a text shown in pieces', () => {
  it('go on being counted in the next piece', () => {
    const pieces = [`One\n\n${block('1')}${block('2')}`, '\n\nNo code', `\n\n${block('3')}`];
    expect(firstNumbers(pieces)).toEqual([0, 2, 2]);
    expect(codeIn(pieces.join('')).map(({ number, code }) => [number, code])).toEqual([
      [0, '1'],
      [1, '2'],
      [2, '3'],
    ]);
  });

  it('are counted as in the whole where a list goes on over the cut', () => {
    const item = (code: string) => `- item\n\n  ${block(code).trim().replaceAll('\n', '\n  ')}`;
    expect(firstNumbers([item('1'), `\n\n${item('2')}`])).toEqual([0, 1]);
  });

  it('have no number after a fence that was left open: in the whole they are part of it', () => {
    expect(firstNumbers(['```python\n1', `\n\nSo:\n\n${block('2')}`, `\n\n${block('3')}`])).toEqual(
      [0, null, null],
    );
  });

  it('begin at none where there is one piece', () => {
    expect(firstNumbers([block('1')])).toEqual([0]);
    expect(firstNumbers([])).toEqual([]);
  });
});
