import { expect, it } from 'vitest';
import { fileSize } from './size';

it.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1_000, '1 kB'],
  [4_321, '4.3 kB'],
  [43_210, '43 kB'],
  [5_432_100, '5.4 MB'],
  [20_000_000, '20 MB'],
])('says %d bytes as %s', (bytes, words) => {
  expect(fileSize(bytes, 'en')).toBe(words);
});
