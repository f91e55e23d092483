import { expect, it } from 'vitest';
import { changes } from './changes';

const many = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}`);

it('has nothing to say of what is the same but for its end', () => {
  expect(changes('a\nb', 'a\nb\n\n')).toEqual([]);
});

it('shows what went and what came', () => {
  expect(changes('a\nb\nc', 'a\nB\nc\nd')).toEqual([
    { kind: 'same', lines: ['a'] },
    { kind: 'removed', lines: ['b'] },
    { kind: 'added', lines: ['B'] },
    { kind: 'same', lines: ['c'] },
    { kind: 'added', lines: ['d'] },
  ]);
});

it('leaves out what is the same and far from any change', () => {
  const lines = many(1, 20);
  const changed = ['first', ...lines.slice(0, 10), 'middle', ...lines.slice(10)];
  expect(changes(lines.join('\n'), changed.join('\n'))).toEqual([
    { kind: 'added', lines: ['first'] },
    { kind: 'same', lines: many(1, 3) },
    { kind: 'gap', count: 4 },
    { kind: 'same', lines: many(8, 10) },
    { kind: 'added', lines: ['middle'] },
    { kind: 'same', lines: many(11, 13) },
    { kind: 'gap', count: 7 },
  ]);
});
