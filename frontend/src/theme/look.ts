/** How the page looks by the user's settings: custom properties, and little else. */
import type { Settings } from '../lib/api/types';
import { accentColours, PICTURED, PLAIN } from './accent';
import type { Scrim } from './backdrop';

export const THEMES = ['light', 'dark', 'oled', 'system'] as const;

/** What is set on the document's element; `boot.js` does the same before the first paint. */
export interface Look {
  data: Record<string, string>;
  css: string;
}

/** A picture behind the page. */
export interface Backdrop {
  /** Its address, or all of it as a `data:` address where it is blurred. */
  image: string;
  scrim: Scrim;
}

/** Lines of messages, in sizes of their text. */
const MEASURES: Record<Settings['message_width'], number> = {
  narrow: 32,
  normal: 38,
  wide: 54,
  full: 400,
};

export function lookOf(settings: Settings, backdrop: Backdrop | null): Look {
  // Without a picture the standard accent is that of `tokens.css`.
  const isAccented = settings.accent !== null || backdrop !== null;
  const properties = {
    '--text-size': `${settings.text_size}px`,
    '--measure': `calc(var(--text-size) * ${MEASURES[settings.message_width]})`,
    ...(isAccented && accentColours(settings.accent, backdrop ? PICTURED : PLAIN)),
    ...(backdrop && backdropProperties(settings, backdrop)),
  };
  return {
    data: {
      theme: settings.theme,
      density: settings.density,
      ...(backdrop && { background: 'picture' }),
    },
    css: Object.entries(properties)
      .map(([name, value]) => `${name}: ${value}`)
      .join('; '),
  };
}

function backdropProperties(settings: Settings, { image, scrim }: Backdrop) {
  const dimmed = (least: number): string => {
    const part = least + (1 - least) * (settings.background_dim / 100);
    return `${Math.round(part * 100)}%`;
  };
  return {
    '--background-image': `url("${image}")`,
    '--scrim-light': dimmed(scrim.light),
    '--scrim-dark': dimmed(scrim.dark),
  };
}
