import type { Settings } from '../lib/api/types';
import { Photo } from './backdrop';
import { lookOf, type Backdrop, type Look } from './look';
import { tintWindow } from './window';

/** What `boot.js` reads. */
const LOOK = 'dost.look';
const BACKDROP = 'dost.backdrop';

/** A picture made ready, and what for. */
interface Ready extends Backdrop {
  version: string;
  blur: number;
}

/** Makes the page look as the settings say, and the next one from its first paint on. */
export class PageLook {
  #wanted: Settings | null = null;
  #ready = recall();
  #photo: { version: string; read: Promise<Photo> } | null = null;
  #css = '';

  constructor(private readonly baseUrl: string) {}

  readonly show = (settings: Settings): void => {
    this.#wanted = settings;
    const { background: version, background_blur: blur } = settings;
    // Until it is made ready, a picture stays as blurred as it was; one that is new does not show.
    const ready = version !== null && this.#ready?.version === version ? this.#ready : null;
    this.#apply(lookOf(settings, ready));
    if (version !== null && ready?.blur !== blur) void this.#prepare(version);
  };

  readonly hidePicture = (): void => {
    this.#wanted = null;
    this.#ready = null;
    localStorage.removeItem(BACKDROP);
    const { dataset, style } = document.documentElement;
    delete dataset['background'];
    style.removeProperty('--background-image');
    this.#css = style.cssText;
    remember(LOOK, { data: { ...dataset }, css: style.cssText });
  };

  async #prepare(version: string): Promise<void> {
    const address = `${this.baseUrl}api/v1/settings/background/${version}`;
    if (this.#photo?.version !== version) this.#photo = { version, read: Photo.at(address) };
    const photo = await this.#photo.read.catch(() => null);
    const settings = this.#wanted;
    if (!photo) this.#photo = null;
    if (!photo || settings?.background !== version) return;
    const { background_blur: blur } = settings;
    const image = blur ? photo.blurred(blur) : address;
    this.#ready = { version, blur, image, scrim: photo.scrim };
    remember(BACKDROP, this.#ready);
    this.#apply(lookOf(settings, this.#ready));
  }

  #apply(look: Look): void {
    const { dataset, style } = document.documentElement;
    if (!look.data['background']) delete dataset['background'];
    Object.assign(dataset, look.data);
    // Diagrams are drawn anew whenever it is set.
    if (this.#css !== look.css) style.cssText = this.#css = look.css;
    tintWindow();
    remember(LOOK, look);
  }
}

function recall(): Ready | null {
  try {
    return JSON.parse(localStorage.getItem(BACKDROP) ?? 'null') as Ready | null;
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
