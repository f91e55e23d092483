import { expect, it } from 'vitest';
import { fileSize } from './size';

it.each([
  [0, '0 byte'],
  [1_023, '1,023 byte'],
  [1_024, '1 kB'],
  [4_400, '4.3 kB'],
  [44_000, '43 kB'],
  [5_662_310, '5.4 MB'],
  [20 * 1024 ** 2, '20 MB'],
  [2 * 1024 ** 3, '2 GB'],
])('says %d bytes as %s', (bytes, words) => {
  expect(fileSize(bytes, 'en')).toBe(words);
});
