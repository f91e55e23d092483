import { describe, expect, it } from 'vitest';
import { piecesOf } from './snippet';

describe('piecesOf', () => {
  it('divides a snippet into what was found and what stands around it', () => {
    expect(piecesOf('a cat sat', [[2, 5]])).toEqual([
      { text: 'a ', found: false },
      { text: 'cat', found: true },
      { text: ' sat', found: false },
    ]);
  });

  it('keeps what touches the ends', () => {
    expect(
      piecesOf('cats cats', [
        [0, 4],
        [5, 9],
      ]).map(({ text }) => text),
    ).toEqual(['cats', ' ', 'cats']);
  });

  it('shows a snippet without matches whole', () => {
    expect(piecesOf('words', [])).toEqual([{ text: 'words', found: false }]);
  });

  it('never shows a letter twice', () => {
    const pieces = piecesOf('overlap', [
      [0, 4],
      [2, 6],
    ]);
    expect(pieces.map(({ text }) => text).join('')).toBe('overlap');
  });
});
