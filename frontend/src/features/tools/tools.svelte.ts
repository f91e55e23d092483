import { createContext } from 'svelte';
import type { Api } from '$lib/api/api';
import type { Model, Tool } from '$lib/api/types';
import type { Preferences } from '../settings/preferences.svelte';
import { choiceIn, withChoice, type Choice } from './choice';

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
    if (!this.on.every((name) => this.#isAvailable(name))) await this.load();
    return this.on.filter((name) => this.#isAvailable(name));
  }

  /** Which of these models is known to use no tools. */
  unable(models: readonly string[]): Model[] {
    return models
      .filter((id) => this.#isUnable(id))
      .map((id) => this.model(id))
      .filter((model) => model !== undefined);
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
