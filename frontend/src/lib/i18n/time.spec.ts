import { describe, expect, it } from 'vitest';
import { ago, lasting, monthName } from './time';

const NOW = new Date('2026-11-23T08:00:00Z');

describe('times in words', () => {
  it.each([
    ['2026-11-23T07:59:50Z', 'now'],
    ['2026-11-23T07:57:00Z', '3 minutes ago'],
    ['2026-11-22T07:00:00Z', 'yesterday'],
    ['2026-08-23T08:00:00Z', '3 months ago'],
    ['2026-11-24T08:00:00Z', 'tomorrow'],
  ])('tells %s as %s', (time, words) => {
    expect(ago(time, NOW)).toBe(words);
  });

  it.each([
    [20_000, '1 minute'],
    [19.6 * 60_000, '20 minutes'],
    [90 * 60_000, '90 minutes'],
    [3 * 3_600_000, '3 hours'],
    [50 * 3_600_000, '2 days'],
  ])('tells %d ms as %s', (ms, words) => {
    expect(lasting(ms)).toBe(words);
  });

  it('names a month', () => {
    expect(monthName(2026, 10)).toBe('November 2026');
  });
});
