import { createContext } from 'svelte';
import type { Api } from '$lib/api/api';

/** Saves a notebook beside the user's own and opens it. */
export type OpenNotebook = (name: string, notebook: unknown) => Promise<void>;

/** Conversations as notebooks: opened where dost is part of JupyterLab, saved as files elsewhere. */
export class Notebooks {
  constructor(
    private readonly api: Api,
    private readonly open: OpenNotebook | null,
  ) {}

  /** Whether a notebook can be opened right here. */
  get opens(): boolean {
    return this.open !== null;
  }

  async take(conversation: string): Promise<void> {
    if (this.open === null) {
      await this.api.conversations.export(conversation, 'ipynb');
      return;
    }
    const { name, content } = await this.api.conversations.notebook(conversation);
    await this.open(name, JSON.parse(await content.text()));
  }
}

export const [getNotebooks, setNotebooks] = createContext<Notebooks>();
