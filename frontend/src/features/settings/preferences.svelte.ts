import { createContext } from 'svelte';
import type { Api } from '$lib/api/api';
import type { Settings } from '$lib/api/types';

/** What Enter does has to be known before the server says so: people type at once. */
const ENTER = 'dost.enter';

/** The user's settings; changes show at once and are saved behind. */
export class Preferences {
  /** Whether `values` are the user's, or were asked for in vain. */
  settled = $state(false);
  values = $state<Settings>({
    theme: 'system',
    default_model: null,
    send_on_enter: localStorage.getItem(ENTER) !== 'line',
    default_params: {},
    default_system_prompt: null,
  });

  constructor(
    private readonly api: Api,
    private readonly showTheme: (theme: Settings['theme']) => void,
  ) {}

  async load(): Promise<void> {
    try {
      this.#show(await this.api.settings.get());
    } finally {
      this.settled = true;
    }
  }

  /** Saves `changes`; takes them back when the server refuses. */
  async change(changes: Partial<Settings>): Promise<void> {
    const before = $state.snapshot(this.values);
    this.#show({ ...before, ...changes });
    try {
      await this.api.settings.put({ ...before, ...changes });
    } catch (error) {
      this.#show(before);
      throw error;
    }
  }

  #show(settings: Settings): void {
    this.values = settings;
    localStorage.setItem(ENTER, settings.send_on_enter ? 'send' : 'line');
    this.showTheme(settings.theme);
  }
}

export const [getPreferences, setPreferences] = createContext<Preferences>();
