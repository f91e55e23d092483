import { describe, expect, it } from 'vitest';
import { nextNote, noteAt, referenceAt } from './footnotes';

describe('a reference to a footnote', () => {
  it.each([
    ['[^1] and', '1'],
    ['[^long-name]', 'long-name'],
    ['[^é]:', 'é'],
  ])('is found in %j', (text, label) => {
    expect(referenceAt(text)?.label).toBe(label);
  });

  it.each(['[^]', '[^two words]', '[1]', '[^1](https://example.org)', 'x[^1]', '[^a[b]'])(
    'is not found in %j',
    (text) => {
      expect(referenceAt(text)).toBeUndefined();
    },
  );
});

describe('a footnote', () => {
  it.each([
    ['[^1]: one line', 'one line', ''],
    ['[^1]: a line\nthat goes on', 'a line\nthat goes on', ''],
    ['[^1]: a\n[^2]: b', 'a', '[^2]: b'],
    ['[^1]: a\n\nnot it', 'a', '\nnot it'],
    ['[^1]: a\n\n    second\n\nnot it', 'a\n\nsecond', '\nnot it'],
    ['[^1]:\n    ```\n    x\n    ```', '\n```\nx\n```', ''],
    ['[^1]: a\n- list', 'a', '- list'],
    ['[^1]:', '', ''],
  ])('is read from %j', (text, body, rest) => {
    const note = noteAt(text);
    expect(note).toMatchObject({ label: '1', body });
    expect(text.slice(note?.raw.length)).toBe(rest);
  });

  it('ends the paragraph before it', () => {
    expect(nextNote('text\n[^1]: a')).toBe(5);
    expect(nextNote('text\n\n[^1]: a')).toBe(-1);
    expect(nextNote('text [^1]: a')).toBe(-1);
  });
});
