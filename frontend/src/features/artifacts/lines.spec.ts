import { expect, it } from 'vitest';
import type { Version } from './artifact';
import { fixPrompt, lineOf } from './lines';

const PAGE: Version = { id: 'a:0', kind: 'html', title: 'Clock', code: '<p>' };

it('says what the sandbox did not let happen', () => {
  const address = 'https://cdn.example/x.js';
  expect(lineOf({ type: 'blocked', what: 'load', address, line: 4 })).toEqual({
    level: 'error',
    text: 'https://cdn.example/x.js was not loaded: artifacts have no network.',
    line: 4,
  });
});

it('asks for the whole block without these errors, each said once and all quoted', () => {
  const prompt = fixPrompt(PAGE, [
    { level: 'log', text: 'started' },
    { level: 'error', text: 'x is not defined', line: 12 },
    { level: 'error', text: 'x is not defined', line: 12 },
    { level: 'error', text: 'two\nlines' },
  ]);
  expect(prompt).toBe(
    '“Clock” reports errors when it is shown:\n\n' +
      '> Line 12: x is not defined\n> two\n> lines\n\n' +
      'Fix them, and write the whole corrected HTML block.',
  );
});

it('quotes no more than 2,000 characters', () => {
  const lines = Array.from({ length: 50 }, (_, at) => ({
    level: 'error' as const,
    text: `${at} ${'a'.repeat(150)}`,
  }));
  const prompt = fixPrompt({ ...PAGE, title: '' }, lines);
  expect(prompt).toContain('The web page reports errors when it is shown:');
  expect(prompt.length).toBeLessThan(2_120);
  expect(prompt).toContain('> 12 a');
});
