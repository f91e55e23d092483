import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';

/** The chats that are ticked in the sidebar, while some are being chosen. */
export class Selection {
  on = $state(false);
  readonly ids = new SvelteSet<string>();

  /** Begins to choose, with one chat ticked. */
  begin(id: string): void {
    this.on = true;
    this.ids.add(id);
  }

  toggle(id: string): void {
    if (!this.ids.delete(id)) this.ids.add(id);
  }

  end(): void {
    this.on = false;
    this.ids.clear();
  }
}

export const [getSelection, setSelection] = createContext<Selection>();
