import type { Model } from '$lib/api/types';

export interface ModelGroup {
  provider: string;
  models: Model[];
}

/** The model's name where a badge beside it says already that it is a demo. */
export function shortName(model: Model): string {
  return model.capabilities.demo ? model.name.replace(/ \(demo\)$/, '') : model.name;
}

/** The models whose name or provider has every word of `query`, by provider, demo models last. */
export function groupModels(models: Model[], query: string): ModelGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Model[]>();
  for (const model of models.filter((candidate) => matches(candidate, words))) {
    const group = groups.get(model.provider);
    if (group) group.push(model);
    else groups.set(model.provider, [model]);
  }
  return [...groups]
    .map(([provider, group]) => ({ provider, models: group }))
    .sort((a, b) => Number(isDemo(a)) - Number(isDemo(b)) || a.provider.localeCompare(b.provider));
}

function matches(model: Model, words: string[]): boolean {
  const text = `${model.name} ${model.id} ${model.provider}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function isDemo(group: ModelGroup): boolean {
  return group.models.every((model) => model.capabilities.demo ?? false);
}
