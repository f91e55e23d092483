import { describe, expect, it } from 'vitest';
import { Working } from './working.svelte';

describe('conversations that are being written in', () => {
  it('are so until the last of their runs has ended', () => {
    const working = new Working();
    working.began('c', 'r1');
    working.began('c', 'r2');
    expect(working.ended('c', 'r1')).toBe(false);
    expect(working.has('c')).toBe(true);
    expect(working.ended('c', 'r2')).toBe(true);
    expect(working.has('c')).toBe(false);
  });

  it('do not end twice, nor by a run that nobody saw begin', () => {
    const working = new Working();
    working.began('c', 'r1');
    working.ended('c', 'r1');
    expect(working.ended('c', 'r1')).toBe(false);
    expect(working.ended('d', 'r2')).toBe(false);
  });
});
