import { describe, expect, it } from 'vitest';
import { decoded, excerpt } from './contents';

const bytes = (...values: number[]) => new Uint8Array(values).buffer;

describe('decoded', () => {
  it('reads the usual encodings', () => {
    expect(decoded(bytes(0xc3, 0xbc))).toBe('ü');
    expect(decoded(bytes(0xfc))).toBe('ü');
    expect(decoded(bytes(0xff, 0xfe, 0xfc, 0x00))).toBe('ü');
    expect(decoded(bytes(0xfe, 0xff, 0x00, 0xfc))).toBe('ü');
    expect(decoded(bytes())).toBe('');
  });
});

describe('excerpt', () => {
  const text = Array.from({ length: 100 }, (_, n) => `line ${n}`).join('\n');

  it('leaves a short text whole', () => {
    expect(excerpt(text, '', 10_000)).toEqual({ text, before: false, after: false });
  });

  it('begins at the beginning where nothing is wanted', () => {
    const { text: part, before, after } = excerpt(text, '', 50);
    expect([text.startsWith(part), before, after]).toEqual([true, false, true]);
  });

  it('is around the words that are wanted, and begins with a line', () => {
    const { text: part, before, after } = excerpt(text, 'line 70', 100);
    expect(part).toContain('line 70');
    expect(part).toMatch(/^line \d+\n/);
    expect([before, after, part.length <= 100]).toEqual([true, true, true]);
  });
});
