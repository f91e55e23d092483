import type { Collection, Document, Model, Prompt } from '$lib/api/types';
import { groupModels } from '../models/model-groups';

/** A sign that was typed to choose something by, and what follows it up to the caret. */
export interface Trigger {
  sign: '/' | '@' | '#';
  from: number;
  to: number;
  query: string;
}

export type Suggestion =
  | { kind: 'prompt'; key: string; prompt: Prompt }
  | { kind: 'model'; key: string; model: Model }
  | { kind: 'collection'; key: string; collection: Collection }
  | { kind: 'document'; key: string; document: Document }
  | { kind: 'new'; key: string };

const LONGEST_QUERY = 60;
const MOST = 50;
/** What there is to choose from. */
export interface Offers {
  prompts: readonly Prompt[];
  models: Model[];
  /** What was found for the query already. */
  collections: readonly Collection[];
  documents: readonly Document[];
}

// A slash begins a line, for elsewhere it is part of a path; the other signs begin a word.
const PROMPT = /(?:^|\n)(\/)([\p{L}\p{M}\p{N}_-]*)$/u;
const MODEL = /(?:^|\s)(@)([^\s@]*)$/u;
// A heading has a space after its signs, or another sign.
const SOURCE = /(?:^|\s)(#)([^\s#]*)$/u;

/** What is being chosen at the caret, if anything. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(Math.max(0, caret - LONGEST_QUERY - 2), caret);
  const found = PROMPT.exec(before) ?? MODEL.exec(before) ?? SOURCE.exec(before);
  if (!found) return null;
  const [, sign, query = ''] = found;
  return { sign: sign as Trigger['sign'], from: caret - query.length - 1, to: caret, query };
}

/** The prompts that `query` may mean, the likeliest first. */
export function promptsFor(prompts: readonly Prompt[], query: string): Prompt[] {
  const wanted = query.toLowerCase();
  return prompts
    .map((prompt) => ({ prompt, rank: rankOf(prompt, wanted) }))
    .filter(({ rank }) => rank < NOWHERE)
    .sort((a, b) => a.rank - b.rank)
    .map(({ prompt }) => prompt);
}

const NOWHERE = 3;

function rankOf({ name, title }: Prompt, wanted: string): number {
  if (name.startsWith(wanted)) return 0;
  if (title.toLowerCase().startsWith(wanted)) return 1;
  return name.includes(wanted) || title.toLowerCase().includes(wanted) ? 2 : NOWHERE;
}

/** What may be chosen. */
export function suggest({ sign, query }: Trigger, offers: Offers): Suggestion[] {
  if (sign === '@')
    return groupModels(offers.models, query)
      .flatMap((group) => group.models)
      .slice(0, MOST)
      .map((model) => ({ kind: 'model', key: model.id, model }));
  if (sign === '#')
    return [
      ...offers.collections.map((collection): Suggestion => {
        return { kind: 'collection', key: collection.id, collection };
      }),
      ...offers.documents.map((document): Suggestion => {
        return { kind: 'document', key: document.id, document };
      }),
    ];
  const found = promptsFor(offers.prompts, query).slice(0, MOST);
  return [
    ...found.map((prompt): Suggestion => ({ kind: 'prompt', key: prompt.id, prompt })),
    { kind: 'new', key: 'new' },
  ];
}
