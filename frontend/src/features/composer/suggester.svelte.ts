import type { Model, Prompt, Source } from '$lib/api/types';
import { lastName } from '../documents/names';
import type { Models } from '../models/models.svelte';
import type { Prompts } from '../prompts/prompts.svelte';
import type { SourceFinder } from '../sources/source-finder.svelte';
import { fill, isClipboard, valuesKnown, variablesOf, type Variable } from '../prompts/variables';
import { suggest, triggerAt, type Suggestion, type Trigger } from './suggestions';

/** The text that is being written. */
interface Field {
  text: () => string;
  /** Puts `insert` in a trigger's place. */
  replace: (place: Trigger, insert: string) => void;
  /** Has what is written be answered from something. */
  name: (source: Source) => void;
}

/** A prompt whose variables are being asked for. */
interface Asking {
  prompt: Prompt;
  wanted: Variable[];
  put: (values: ReadonlyMap<string, string>) => void;
}

/** Prompts, models and documents that are offered while a message is written. */
export class Suggester {
  trigger = $state.raw<Trigger | null>(null);
  /** The model that the next message alone goes to. */
  asked = $state.raw<Model | null>(null);
  asking = $state.raw<Asking | null>(null);
  /** What a new prompt begins with, while it is being made. */
  making = $state<string | null>(null);
  readonly loading = $derived.by(
    () => this.trigger?.sign === '/' && this.prompts.state === 'loading',
  );
  readonly items: Suggestion[] = $derived.by(() =>
    this.trigger && !this.loading
      ? suggest(this.trigger, {
          prompts: this.prompts.items,
          models: this.models.items,
          collections: this.sources.collections,
          documents: this.sources.documents,
        })
      : [],
  );
  #pointed = $state<number | null>(null);
  readonly #first = $derived.by(() => {
    const matches = this.items.some(({ kind }) => kind !== 'new');
    return matches || (this.items.length && this.trigger?.query === '') ? 0 : -1;
  });
  /** Which is chosen by Enter; -1 where Enter sends. */
  readonly active = $derived(Math.min(this.#pointed ?? this.#first, this.items.length - 1));
  readonly open = $derived(this.items.length > 0 || this.loading);
  #dismissed: number | null = null;

  constructor(
    private readonly prompts: Prompts,
    private readonly models: Models,
    private readonly sources: SourceFinder,
    private readonly user: () => string,
    private readonly field: Field,
  ) {}

  /** Looks anew where the caret was moved. */
  moved(box: HTMLTextAreaElement): void {
    if (box.selectionEnd !== this.trigger?.to) this.look(box);
  }

  /** Looks at what stands before the caret. */
  look({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): void {
    const found = selectionStart === selectionEnd ? triggerAt(value, selectionStart) : null;
    if (found === null || found.from !== this.#dismissed) this.#dismissed = null;
    if (found?.from === this.#dismissed) return;
    this.#offer(found);
  }

  /** Offers the prompts at the caret without a slash, or no longer. */
  toggle(caret: number): void {
    if (this.open) this.close();
    else this.#offer({ sign: '/', from: caret, to: caret, query: '' });
  }

  close(): void {
    this.trigger = null;
  }

  /** Whether a key was meant for the suggestions. */
  keydown(event: KeyboardEvent): boolean {
    if (!this.open || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
      return false;
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') this.#move(key === 'ArrowDown' ? 1 : -1);
    else if (key === 'Escape') this.#dismiss();
    else if (key !== 'Enter' && key !== 'Tab') return false;
    else if (this.active >= 0) this.choose(this.active);
    // What is still on its way may be what was meant: nothing is sent meanwhile.
    else return this.loading;
    return true;
  }

  /** Makes one the choice of Enter. */
  point(index: number): void {
    this.#pointed = index;
  }

  choose(index: number): void {
    const { trigger } = this;
    const chosen = this.items[index];
    if (!trigger || !chosen) return;
    this.close();
    if (chosen.kind === 'prompt') {
      void this.#use(chosen.prompt, trigger);
      return;
    }
    this.field.replace(trigger, '');
    if (chosen.kind === 'model') this.asked = chosen.model;
    else if (chosen.kind !== 'new') this.field.name(sourceOf(chosen));
    else this.making = this.field.text().trim();
  }

  #offer(found: Trigger | null): void {
    const before = this.trigger;
    this.trigger = found;
    if (!found) return;
    if (before?.sign !== found.sign) this.#begin(found);
    else if (found.sign === '#' && before.query !== found.query) this.sources.find(found.query);
    if (before?.sign !== found.sign || before.query !== found.query) this.#pointed = null;
  }

  #begin({ sign, query }: Trigger): void {
    if (sign === '#') this.sources.begin(query);
    else void (sign === '/' ? this.prompts.load() : this.models.load());
  }

  #move(step: number): void {
    const { length } = this.items;
    if (length) this.#pointed = (Math.max(this.active, step < 0 ? 0 : -1) + step + length) % length;
  }

  #dismiss(): void {
    this.#dismissed = this.trigger?.from ?? null;
    this.close();
  }

  /** Puts a prompt in the place of what was typed for it, once its variables have values. */
  async #use(prompt: Prompt, place: Trigger): Promise<void> {
    const variables = variablesOf(prompt.content);
    const clipboard = variables.some(isClipboard) ? await readClipboard() : null;
    const known = valuesKnown(variables, { user: this.user(), now: new Date(), clipboard });
    const put = (values: ReadonlyMap<string, string>): void => {
      this.asking = null;
      this.field.replace(place, fill(prompt.content, new Map([...known, ...values])));
    };
    const wanted = variables.filter(({ name }) => !known.has(name));
    if (wanted.length) this.asking = { prompt, wanted, put };
    else put(known);
  }
}

/** A document is called by its file's name, as the server calls it. */
function sourceOf(chosen: Suggestion & { kind: 'collection' | 'document' }): Source {
  if (chosen.kind === 'document') {
    const { id, filename } = chosen.document;
    return { kind: 'document', id, name: lastName(filename), use: 'auto' };
  }
  const { id, name } = chosen.collection;
  return { kind: 'collection', id, name, use: 'auto' };
}

async function readClipboard(): Promise<string | null> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return null;
  }
}
