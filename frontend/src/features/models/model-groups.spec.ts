import { describe, expect, it } from 'vitest';
import type { Model } from '$lib/api/types';
import { groupModels } from './model-groups';

const makeModel = (id: string, demo = false): Model => {
  const [provider = '', name = ''] = id.split('/');
  return { id, name, provider, capabilities: { demo }, context_window: null, defaults: {} };
};

const MODELS = [
  makeModel('builtin/smollm2-135m', true),
  makeModel('openai/gpt-4o'),
  makeModel('ollama/llama3.2:3b'),
  makeModel('openai/gpt-4o-mini'),
];

const found = (query: string) =>
  groupModels(MODELS, query).flatMap(({ models }) => models.map(({ id }) => id));

describe('groupModels', () => {
  it('groups by provider and puts the demo last', () => {
    expect(groupModels(MODELS, '').map(({ provider }) => provider)).toEqual([
      'ollama',
      'openai',
      'builtin',
    ]);
  });

  it.each([
    ['llama', ['ollama/llama3.2:3b']],
    ['GPT mini', ['openai/gpt-4o-mini']],
    ['openai', ['openai/gpt-4o', 'openai/gpt-4o-mini']],
    ['nothing', []],
  ])('finds for %j the right models', (query, ids) => {
    expect(found(query)).toEqual(ids);
  });
});
