import { expect, it } from 'vitest';
import { readFromFrame } from './from-frame';

it.each([
  [{ type: 'here', more: 1 }, { type: 'here' }],
  [{ type: 'more' }, { type: 'more' }],
  [
    { type: 'log', level: 'warn', text: 'a', line: 3, html: '<b>' },
    { type: 'log', level: 'warn', text: 'a', line: 3 },
  ],
  [
    { type: 'blocked', what: 'load', address: 'https://a/' },
    { type: 'blocked', what: 'load', address: 'https://a/' },
  ],
])('takes %j', (raw, message) => {
  expect(readFromFrame(raw)).toEqual(message);
});

it.each([
  [null],
  ['here'],
  [[]],
  [{}],
  [{ type: 'run' }],
  [{ type: 'log', level: 'fatal', text: '' }],
  [{ type: 'log', level: 'log', text: ['a'] }],
  [{ type: 'blocked', what: 'all', address: 'a' }],
  [{ type: 'blocked', what: 'load' }],
])('takes no notice of %j', (raw) => {
  expect(readFromFrame(raw)).toBeNull();
});

it.each([[0], [-1], [1.5], ['3'], [NaN], [1e9], [null]])('line %j is none', (line) => {
  const raw = { type: 'log', level: 'log', text: 'a', line };
  expect(readFromFrame(raw)).toEqual({ type: 'log', level: 'log', text: 'a' });
});

it('cuts what is long', () => {
  const raw = { type: 'log', level: 'log', text: 'a'.repeat(5_000) };
  expect(readFromFrame(raw)).toEqual({ ...raw, text: 'a'.repeat(2_000) });
});
