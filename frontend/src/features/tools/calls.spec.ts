import { describe, expect, it } from 'vitest';
import type { ToolCall } from '$lib/api/types';
import { argumentsOf, brieflySought, codeOf, fenced, roundsOf, soughtBy } from './calls';

const call = (id: string, at: number, more: Partial<ToolCall> = {}): ToolCall => ({
  id,
  at,
  name: 'run_code',
  arguments: '{"code": "1"}',
  approval: null,
  result: null,
  ...more,
});
const cut = (content: string, ...calls: ToolCall[]) =>
  roundsOf(content, calls).map(({ text, calls: made }) => [text, made.map(({ id }) => id).join()]);

describe('an answer with calls', () => {
  it('is cut where they were made', () => {
    expect(cut('One.\n\nTwo.\n\nThree.', call('a', 4), call('b', 10))).toEqual([
      ['One.', 'a'],
      ['\n\nTwo.', 'b'],
      ['\n\nThree.', ''],
    ]);
  });

  it('has the calls of one round together', () => {
    expect(cut('One.\n\nTwo.', call('a', 4), call('b', 4))).toEqual([
      ['One.', 'a,b'],
      ['\n\nTwo.', ''],
    ]);
  });

  it('may begin with one, and end with one', () => {
    expect(cut('Done.', call('a', 0), call('b', 5))).toEqual([
      ['', 'a'],
      ['Done.', 'b'],
      ['', ''],
    ]);
    expect(cut('', call('a', 0))).toEqual([
      ['', 'a'],
      ['', ''],
    ]);
  });

  it('is one text without them', () => {
    expect(cut('One.')).toEqual([['One.', '']]);
    expect(roundsOf('One.', null)).toEqual([{ text: 'One.', calls: [] }]);
  });

  it('is never cut within a paragraph, also when it was changed since', () => {
    expect(cut('A longer one.\n\nTwo.', call('a', 4), call('b', 400))).toEqual([
      ['A longer one.', 'a'],
      ['\n\nTwo.', 'b'],
      ['', ''],
    ]);
    expect(cut('Short.', call('a', 3))).toEqual([
      ['Short.', 'a'],
      ['', ''],
    ]);
  });

  it('loses no letter and doubles none, whatever the places', () => {
    const content = 'One.\n\nTwo.\n\nThree.';
    const calls = [call('a', 12), call('b', 4), call('c', -3), call('d', 7)];
    const rounds = roundsOf(content, calls);
    expect(rounds.map(({ text }) => text).join('')).toBe(content);
    expect(rounds.flatMap((round) => round.calls)).toHaveLength(4);
  });
});

describe('the arguments of a call', () => {
  it('are code where the tool runs code', () => {
    expect(codeOf(call('a', 0))).toBe('1');
    expect(codeOf(call('a', 0, { name: 'other' }))).toBeNull();
  });

  it.each(['', '{', '5', 'null', '[]', '{"code": 5}'])('are no code where they are %j', (json) => {
    expect(codeOf(call('a', 0, { arguments: json }))).toBeNull();
  });

  it('name what is looked for on the web, or read there', () => {
    const asking = (name: string, json: string) =>
      soughtBy(call('a', 0, { name, arguments: json }));
    expect(asking('web_search', '{"query": "bees", "count": 3}')).toBe('bees');
    expect(asking('web_fetch', '{"url": "https://example.org/"}')).toBe('https://example.org/');
    expect(asking('web_fetch', '{"url": 5}')).toBeNull();
    expect(asking('run_code', '{"code": "1"}')).toBeNull();
    expect(asking('weather', '{"query": "bees"}')).toBeNull();
  });

  it('fit into a line', () => {
    expect(brieflySought('https://www.example.org/bees/')).toBe('example.org/bees');
    expect(brieflySought('x'.repeat(500))).toHaveLength(121);
  });

  it('are shown as they are read best, or as they are', () => {
    expect(argumentsOf(call('a', 0, { arguments: '{"a":1}' }))).toBe('{\n  "a": 1\n}');
    expect(argumentsOf(call('a', 0, { arguments: '{"a":' }))).toBe('{"a":');
  });
});

it('a text is fenced so that none of it stands outside', () => {
  expect(fenced('1', 'python')).toBe('```python\n1\n```');
  expect(fenced('"""\n````md\n"""', '')).toBe('`````\n"""\n````md\n"""\n`````');
});
