import { describe, expect, it } from 'vitest';
import type { Collection, Model, Prompt } from '$lib/api/types';
import { documentOf } from '../documents/scripted-documents';
import { promptsFor, suggest, triggerAt, type Offers } from './suggestions';

const makePrompt = (name: string, title = name): Prompt => ({
  id: name,
  name,
  title,
  content: 'x',
  shared: false,
  mine: true,
  owner: 'Ada',
  created_at: '',
  updated_at: '',
});
const makeModel = (id: string): Model => ({
  id,
  name: id.split('/')[1] ?? id,
  provider: id.split('/')[0] ?? '',
  capabilities: {},
  context_window: null,
  defaults: {},
});
const at = (text: string) => triggerAt(text.replace('|', ''), text.indexOf('|'));

describe('triggerAt', () => {
  it('takes a slash at the beginning of a line', () => {
    expect(at('/|')).toEqual({ sign: '/', from: 0, to: 1, query: '' });
    expect(at('Hello\n/sum| more')).toEqual({ sign: '/', from: 6, to: 10, query: 'sum' });
    expect(at('/öz|')).toMatchObject({ query: 'öz' });
  });

  it('takes an at sign at the beginning of a word', () => {
    expect(at('@|')).toEqual({ sign: '@', from: 0, to: 1, query: '' });
    expect(at('ask @ollama/llama3.2:1b|')).toMatchObject({ from: 4, query: 'ollama/llama3.2:1b' });
  });

  it('takes a number sign at the beginning of a word', () => {
    expect(at('#|')).toEqual({ sign: '#', from: 0, to: 1, query: '' });
    expect(at('from #q3-report.pdf| say')).toMatchObject({ from: 5, query: 'q3-report.pdf' });
  });

  it.each(['# |', '# Title|', '##|', '## Title|', 'C#|', 'a#b|', '#one #|'])(
    'leaves the heading or word %j alone, or takes the nearest',
    (text) => expect(at(text)?.from ?? null).toBe(text === '#one #|' ? 5 : null),
  );

  it.each(['|', 'a/|', 'cd /usr|', '/usr/|', '/two words|', '1 / 2|', 'me@example.org|', '@a @|b'])(
    'leaves %j alone, or takes the nearest',
    (text) => expect(at(text)?.from ?? null).toBe(text === '@a @|b' ? 3 : null),
  );

  it('does not search far back in a long text', () => {
    expect(at(`/${'x'.repeat(200)}|`)).toBeNull();
  });
});

describe('promptsFor', () => {
  const prompts = [
    makePrompt('email', 'Draft a reply'),
    makePrompt('reply'),
    makePrompt('b', 'Re: x'),
  ];

  it('puts names before titles, and beginnings before the rest', () => {
    expect(promptsFor(prompts, 're').map(({ name }) => name)).toEqual(['reply', 'b', 'email']);
  });

  it('gives all for nothing, in their order', () => {
    expect(promptsFor(prompts, '')).toEqual(prompts);
  });
});

describe('suggest', () => {
  const trigger = (sign: '/' | '@' | '#', query: string) => ({ sign, query, from: 0, to: 1 });
  const offers = (some: Partial<Offers>): Offers => {
    return { prompts: [], models: [], collections: [], documents: [], ...some };
  };

  it('ends with a new prompt', () => {
    const found = suggest(
      trigger('/', 'a'),
      offers({ prompts: [makePrompt('a'), makePrompt('b')] }),
    );
    expect(found.map(({ key }) => key)).toEqual(['a', 'new']);
  });

  it('finds models by name and provider', () => {
    const models = [makeModel('one/alpha'), makeModel('two/beta')];
    expect(suggest(trigger('@', 'two'), offers({ models })).map(({ key }) => key)).toEqual([
      'two/beta',
    ]);
  });

  it('puts collections before documents', () => {
    const collections = [{ id: 'c', name: 'Reports' } as Collection];
    const found = suggest(trigger('#', ''), offers({ collections, documents: [documentOf('d')] }));
    expect(found.map(({ kind, key }) => [kind, key])).toEqual([
      ['collection', 'c'],
      ['document', 'd'],
    ]);
  });
});
