import { describe, expect, it } from 'vitest';
import type { ToolCall } from '$lib/api/types';
import { isGoing, stateOf, wordsOf } from './call-state';

const call = (more: Partial<ToolCall> = {}): ToolCall => ({
  id: 'a',
  name: 'run_code',
  arguments: '{}',
  ...more,
});
const GOOD = { result: { content: '1', is_error: false } };
const BAD = { result: { content: 'no', is_error: true } };

describe('the state of a call', () => {
  it.each([
    ['waits for its turn', call(), undefined, 'streaming', 'queued'],
    ['waits for the user', call({ approval: 'asked' }), undefined, 'streaming', 'asked'],
    ['is being begun', call({ approval: 'allowed' }), undefined, 'streaming', 'running'],
    ['runs', call({ approval: 'asked' }), 'running', 'streaming', 'running'],
    ['has run', call(GOOD), 'ok', 'streaming', 'ran'],
    ['has failed', call(BAD), 'error', 'complete', 'failed'],
    ['lost its kernel', call(BAD), 'dead', 'complete', 'failed'],
    ['was interrupted', call(BAD), 'interrupted', 'cancelled', 'stopped'],
    ['was declined', call({ approval: 'declined', ...BAD }), undefined, 'complete', 'declined'],
    ['could not be made', call(BAD), undefined, 'streaming', 'failed'],
    ['was stopped before it ran', call({ approval: 'asked' }), undefined, 'cancelled', 'stopped'],
    ['is of another program', call(), undefined, 'complete', 'unmade'],
  ] as const)('one that %s', (_, one, execution, message, state) => {
    expect(stateOf(one, execution, message)).toBe(state);
  });

  it('says whether something is waited for', () => {
    expect(isGoing('asked')).toBe(true);
    expect(isGoing('failed')).toBe(false);
  });

  it('is said in words, by the name of a tool that runs no code', () => {
    expect(wordsOf('ran', 'run_code')).toBe('Ran code');
    expect(wordsOf('ran', 'weather')).toBe('Used weather');
    expect(wordsOf('asked', 'weather')).toBe('Waiting for you');
  });

  it.each([
    ['web_search', 'writing', undefined, 'Choosing what to search for…'],
    ['web_search', 'asked', 'bees', 'Search the web for “bees”?'],
    ['web_search', 'ran', 'bees', 'Searched the web for “bees”'],
    ['web_search', 'failed', undefined, 'The search for “…” failed'],
    ['web_fetch', 'running', 'example.org/bees', 'Reading example.org/bees…'],
    ['web_fetch', 'declined', 'example.org', 'example.org not read: you declined'],
  ] as const)('names what %s is after: %s', (tool, state, what, words) => {
    expect(wordsOf(state, tool, what)).toBe(words);
  });
});
