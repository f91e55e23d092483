import { createContext } from 'svelte';
import type { Api } from '$lib/api/api';
import type { ChatRequest, Model, Tool } from '$lib/api/types';
import type { Preferences } from '../settings/preferences.svelte';
import { WEB_SEARCH } from './calls';
import { choiceIn, withChoice, type Choice } from './choice';

/** What a turn may use. */
export type Equipment = Pick<ChatRequest, 'tools' | 'web_search'>;

/** The tools that models can be given, and which of them the user gives them. */
export class Tools {
  /** Null until they are known. */
  items = $state.raw<readonly Tool[] | null>(null);
  failed = $state(false);

  constructor(
    private readonly api: Api,
    private readonly preferences: Preferences,
    private readonly model: (id: string) => Model | undefined,
  ) {}

  /** The names of those that the user gives to models. */
  readonly on = $derived.by(() =>
    Object.keys(this.preferences.values.tools).filter((name) => this.choice(name) !== 'off'),
  );

  /** What lets the web be searched; undefined where nothing does, or that is not known yet. */
  readonly webSearch = $derived.by(() => this.items?.find(({ name }) => name === WEB_SEARCH));

  choice(name: string): Choice {
    return choiceIn(this.preferences.values.tools, name);
  }

  async choose(name: string, choice: Choice): Promise<void> {
    const tools = withChoice(this.preferences.values.tools, name, choice);
    await this.preferences.change({ tools });
  }

  /** Reads which there are, and whether they can be used. */
  async load(): Promise<void> {
    this.failed = false;
    try {
      this.items = (await this.api.tools.list()).items;
    } catch {
      this.failed = true;
    }
  }

  /** The tools for a turn of these models; none where no model can use them. */
  async given(models: readonly string[]): Promise<string[]> {
    if (this.on.length === 0 || (models.length > 0 && models.every((id) => this.#isUnable(id))))
      return [];
    return this.#usable(this.on);
  }

  /** What a turn of these models is sent with: their tools, and that the web is searched for it. */
  async equip(models: readonly string[], web: boolean): Promise<Equipment> {
    const tools = await this.given(models);
    const searches = web && (await this.#usable([WEB_SEARCH])).length > 0;
    return { ...(tools.length > 0 && { tools }), ...(searches && { web_search: true }) };
  }

  /** Which of these models is known to use no tools. */
  unable(models: readonly string[]): Model[] {
    return models
      .filter((id) => this.#isUnable(id))
      .map((id) => this.model(id))
      .filter((model) => model !== undefined);
  }

  /** Those of them that can be used; what could not be may be by now. */
  async #usable(names: readonly string[]): Promise<string[]> {
    if (!names.every((name) => this.#isAvailable(name))) await this.load();
    return names.filter((name) => this.#isAvailable(name));
  }

  #isAvailable(name: string): boolean {
    return this.items?.find((tool) => tool.name === name)?.available === true;
  }

  #isUnable(id: string): boolean {
    const { tools, tools_known: known } = this.model(id)?.capabilities ?? {};
    return known === true && tools !== true;
  }

  clear(): void {
    this.items = null;
    this.failed = false;
  }
}

export const [getTools, setTools] = createContext<Tools>();
