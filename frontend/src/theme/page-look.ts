import type { Settings } from '../lib/api/types';
import { scrimOver, type Scrim } from './backdrop';
import { lookOf, type Look } from './look';

/** What `boot.js` reads. */
const LOOK = 'dost.look';
const SCRIM = 'dost.scrim';

/** Makes the page look as the settings say, and the next one from its first paint on. */
export class PageLook {
  #wanted: Settings | null = null;
  #css = '';

  constructor(private readonly baseUrl: string) {}

  readonly show = (settings: Settings): void => {
    this.#wanted = settings;
    const { background: version } = settings;
    const scrim = version ? recallScrim(version) : null;
    const backdrop = version && scrim ? { address: this.#address(version), scrim } : null;
    this.#apply(lookOf(settings, backdrop));
    if (version && !backdrop) void this.#measure(version);
  };

  readonly hidePicture = (): void => {
    this.#wanted = null;
    const { dataset, style } = document.documentElement;
    delete dataset['background'];
    remember(LOOK, { data: { ...dataset }, css: style.cssText });
  };

  /** Shows a picture that is new to this browser once it is known what of it can be shown. */
  async #measure(version: string): Promise<void> {
    const address = this.#address(version);
    const scrim = await scrimOver(address).catch(() => null);
    const settings = this.#wanted;
    if (!scrim || settings?.background !== version) return;
    remember(SCRIM, { version, ...scrim });
    this.#apply(lookOf(settings, { address, scrim }));
  }

  #apply(look: Look): void {
    const { dataset, style } = document.documentElement;
    if (!look.data['background']) delete dataset['background'];
    Object.assign(dataset, look.data);
    // Diagrams are drawn anew whenever it is set.
    if (this.#css !== look.css) style.cssText = this.#css = look.css;
    remember(LOOK, look);
  }

  #address(version: string): string {
    return `${this.baseUrl}api/v1/settings/background/${encodeURIComponent(version)}`;
  }
}

function recallScrim(version: string): Scrim | null {
  try {
    const known = JSON.parse(localStorage.getItem(SCRIM) ?? 'null') as
      (Scrim & { version: string }) | null;
    return known?.version === version ? known : null;
  } catch {
    return null;
  }
}

function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the look then arrives with the settings.
  }
}
