import { describe, expect, it } from 'vitest';
import type { Embedder } from '$lib/api/types';
import { choiceOf, described, draftOf, duration, hasKey, isSame } from './embedder-choice';
import { MINILM, NOMIC, TO_NOMIC } from './scripted-embedder';

const ADA: Embedder = {
  kind: 'openai',
  model: 'ada',
  base_url: 'https://example.org/v1',
  has_key: true,
  dimensions: 1536,
};

describe('an embedder', () => {
  it.each([
    [MINILM, 'all-MiniLM-L6-v2, built in, 384 numbers a passage'],
    [NOMIC, 'nomic-embed-text at http://127.0.0.1:11434, 768 numbers a passage'],
    [
      { ...MINILM, kind: 'sentence-transformers' as const, model: 'BAAI/bge-m3', dimensions: 1024 },
      'BAAI/bge-m3 with sentence-transformers, 1,024 numbers a passage',
    ],
  ])('is told in one line', (embedder, line) => {
    expect(described(embedder)).toBe(line);
  });
});

describe('a form', () => {
  it('begins with what is known of a kind, or with what most have', () => {
    expect(draftOf('openai', [ADA])).toMatchObject({ model: 'ada', address: ADA.base_url });
    expect(draftOf('ollama', [ADA])).toMatchObject({ model: '', address: NOMIC.base_url });
    expect(draftOf('openai', [NOMIC])).toMatchObject({ model: '', address: '' });
  });

  it.each([
    ['builtin', MINILM.model, {}],
    ['openai', 'ada', { base_url: 'https://example.org', api_key: 'k' }],
    ['ollama', 'ada', { base_url: 'https://example.org' }],
    ['sentence-transformers', 'ada', {}],
  ] as const)('sends of %s what it needs', (kind, model, rest) => {
    const draft = { kind, model: ' ada ', address: ' https://example.org ' };
    expect(choiceOf(draft, 'k')).toEqual({ kind, model, ...rest });
  });

  it('leaves out a key that nobody typed, and sends none where it is to go', () => {
    expect(choiceOf(draftOf('openai', [ADA]), null)).not.toHaveProperty('api_key');
    expect(choiceOf(draftOf('openai', [ADA]), '')).toHaveProperty('api_key', '');
  });

  it('knows the embedder again, however its address ends', () => {
    expect(isSame({ ...TO_NOMIC, base_url: `${NOMIC.base_url}/` }, NOMIC)).toBe(true);
    expect(isSame({ ...TO_NOMIC, model: 'other' }, NOMIC)).toBe(false);
  });

  it('counts on a key only for the place it was given for', () => {
    const choice = { kind: 'openai', model: 'other', base_url: ADA.base_url } as const;
    expect(hasKey(choice, [MINILM, ADA])).toBe(true);
    expect(hasKey({ ...choice, base_url: 'https://elsewhere.org' }, [ADA])).toBe(false);
    expect(hasKey(choice, [{ ...ADA, has_key: false }])).toBe(false);
  });
});

describe('the work', () => {
  it.each([
    [97, 12_345, 'About 20 minutes.'],
    [97, 12, 'Less than a minute.'],
  ])('takes at %d ms for each of %d', (milliseconds, chunks, words) => {
    expect(duration({ dimensions: 384, milliseconds, chunks })).toBe(words);
  });
});
