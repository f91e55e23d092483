import { describe, expect, it } from 'vitest';
import { defaultsOf, PARAMS, read, withParam, write, type ParamName } from './params';

const param = (name: ParamName) => PARAMS.find((known) => known.name === name) ?? PARAMS[0];
const readAs = (name: ParamName, text: string) => {
  const found = param(name);
  return found && read(found, text);
};

describe('read', () => {
  it.each<[ParamName, string, unknown]>([
    ['temperature', '0.7', 0.7],
    ['temperature', ' 0,7 ', 0.7],
    ['temperature', '0', 0],
    ['temperature', '2.1', null],
    ['temperature', 'warm', null],
    ['temperature', '', undefined],
    ['top_p', '-0.1', null],
    ['max_tokens', '100', 100],
    ['max_tokens', '1.5', null],
    ['max_tokens', '0', null],
    ['seed', '-5', -5],
    ['seed', '99999999999999999999', null],
    ['reasoning_effort', 'high', 'high'],
    ['reasoning_effort', 'great', null],
    ['stop', 'END\n\nUser:', ['END', 'User:']],
    ['stop', '\\n\\n\nC:\\\\new', ['\n\n', 'C:\\new']],
    ['stop', 'x\n'.repeat(17), null],
    ['stop', 'x'.repeat(201), null],
  ])('reads %s %j as %j', (name, text, value) => expect(readAs(name, text)).toEqual(value));
});

describe('write', () => {
  it.each([[['END', '\n\n', 'C:\\new\tx']], [0.5], [undefined]])('comes back as %j', (value) => {
    expect(readAs(Array.isArray(value) ? 'stop' : 'temperature', write(value))).toEqual(value);
  });
});

describe('defaultsOf', () => {
  it('takes the user before the model', () => {
    expect(defaultsOf({ seed: 0 }, { seed: 1, top_p: 0.9, max_tokens: null })).toEqual({
      seed: { value: 0, source: 'user' },
      top_p: { value: 0.9, source: 'model' },
    });
  });
});

describe('withParam', () => {
  it('sets one and takes one out', () => {
    expect(withParam({ seed: 1 }, 'temperature', 0)).toEqual({ seed: 1, temperature: 0 });
    expect(withParam({ seed: 1, top_p: 1 }, 'seed', undefined)).toEqual({ top_p: 1 });
  });
});
