import { describe, expect, it } from 'vitest';
import { nameFor, titleFor } from './naming';

describe('nameFor', () => {
  it.each([
    ['Fix my grammar!', 'fix-my-grammar'],
    ['  Özet çıkar  ', 'özet-çıkar'],
    ['C++ & Rust', 'c-rust'],
    ['…', ''],
    ['x'.repeat(90), 'x'.repeat(60)],
  ])('makes %j into %j', (title, name) => expect(nameFor(title)).toBe(name));
});

describe('titleFor', () => {
  it('is the first line', () =>
    expect(titleFor('\n Summarise this \n\n text')).toBe('Summarise this'));

  it('ends with a whole word where the line is long', () => {
    const title = titleFor(`${'word '.repeat(30)}`);
    expect(title).toMatch(/^(word )+word…$/);
    expect(title.length).toBeLessThanOrEqual(61);
  });
});
