import { createContext } from 'svelte';
import type { Api } from '$lib/api/api';
import type { Settings } from '$lib/api/types';
import { rememberedChoice, speak } from '$lib/i18n';

/** What Enter does has to be known before the server says so: people type at once. */
const ENTER = 'dost.enter';

/** The user's settings; changes show at once and are saved behind. */
export class Preferences {
  /** Whether `values` are the user's, or were asked for in vain. */
  settled = $state(false);
  values = $state<Settings>(beginning());
  /** How many changes the server has taken. */
  saves = $state(0);

  /** As the server has them. */
  #saved = beginning();
  /** Changes on their way, oldest first, and at last one that is only being tried. */
  #unsaved: Partial<Settings>[] = [];
  #tried: Partial<Settings> = {};
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly api: Api,
    private readonly showLook: (settings: Settings) => void,
  ) {}

  async load(): Promise<void> {
    try {
      // A server, or a copy of what it said, that is older than this page knows less.
      this.#saved = { ...beginning(), ...(await this.#inTurn(() => this.api.settings.get())) };
      this.#show();
    } finally {
      this.settled = true;
    }
  }

  /** Saves `changes`; takes them back when the server refuses. */
  async change(changes: Partial<Settings>): Promise<void> {
    this.#tried = {};
    this.#unsaved = [...this.#unsaved, changes];
    this.#show();
    try {
      this.#saved = await this.#inTurn(() => this.api.settings.patch(changes));
      this.saves += 1;
    } finally {
      this.#unsaved = this.#unsaved.filter((each) => each !== changes);
      this.#show();
    }
  }

  /** Shows `changes` without saving them, while a slider is being moved. */
  try(changes: Partial<Settings>): void {
    this.#tried = changes;
    this.#show();
  }

  /** Puts a picture behind the page. */
  async setBackground(picture: File): Promise<void> {
    await this.api.settings.putBackground(picture);
    this.saves += 1;
    await this.load();
  }

  async removeBackground(): Promise<void> {
    await this.api.settings.removeBackground();
    this.saves += 1;
    await this.load();
  }

  /** One request after another, so that none overtakes the one before. */
  #inTurn(ask: () => Promise<Settings>): Promise<Settings> {
    const turn = this.#last.then(ask);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #show(): void {
    this.values = Object.assign({}, this.#saved, ...this.#unsaved, this.#tried) as Settings;
    localStorage.setItem(ENTER, this.values.send_on_enter ? 'send' : 'line');
    this.showLook(this.values);
    // Where a catalogue cannot be had, the page goes on in the language it has.
    speak(this.values.language).catch(() => undefined);
  }
}

function beginning(): Settings {
  return {
    theme: 'system',
    default_model: null,
    send_on_enter: localStorage.getItem(ENTER) !== 'line',
    language: rememberedChoice(),
    accent: null,
    text_size: 16,
    density: 'comfortable',
    message_width: 'normal',
    background_dim: 20,
    background_blur: 0,
    default_params: {},
    default_system_prompt: null,
    tools: {},
    background: null,
  };
}

export const [getPreferences, setPreferences] = createContext<Preferences>();
