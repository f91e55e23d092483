/** The shades of an accent colour, as light as each theme needs them to be readable. */
import {
  contrast,
  format,
  fromOklch,
  parse,
  READABLE,
  toOklch,
  type Oklch,
  type Rgb,
} from './colour';

/** The darkest that a light theme, and the lightest that a dark one, puts behind a text. */
export interface Ground {
  light: string;
  dark: string;
}
/** `--bg-hover` of `tokens.css`. */
export const PLAIN: Ground = { light: '#eeebe4', dark: '#2e2c28' };
/** What a picture may make of the page: `backdrop.ts` keeps it on this side of these. */
export const PICTURED: Ground = { light: '#c6c3bc', dark: '#4f4d48' };

/** The accent of `tokens.css`: two colours, each at its best. */
export const STANDARD = { light: '#0b6e69', dark: '#6fcdc2' };

const WHITE: Rgb = [1, 1, 1];
const STEP = 0.01;

/** The custom properties for `accent` ("#rrggbb", or null for the standard one) on `ground`. */
export function accentColours(accent: string | null, ground: Ground): Record<string, string> {
  const shadesOf = (scheme: 'light' | 'dark') =>
    shades(toOklch(parse(accent ?? STANDARD[scheme])), scheme, parse(ground[scheme]));
  const light = shadesOf('light');
  const dark = shadesOf('dark');
  const names = Object.keys(light) as (keyof typeof light)[];
  return Object.fromEntries(
    names.map((name) => [`--${name}`, `light-dark(${format(light[name])}, ${format(dark[name])})`]),
  );
}

function shades(colour: Oklch, scheme: 'light' | 'dark', ground: Rgb) {
  const isLight = scheme === 'light';
  const tint = (l: number, most: number): Rgb =>
    fromOklch({ l, c: Math.min(colour.c, most), h: colour.h });
  const soft = isLight ? tint(0.95, 0.024) : tint(0.29, 0.035);
  const accent = readable(colour, isLight ? -STEP : STEP, [ground, soft]);
  return {
    accent: fromOklch(accent),
    'accent-strong': fromOklch({ ...accent, l: stronger(accent.l, isLight) }),
    'on-accent': isLight ? WHITE : tint(0.22, 0.04),
    'accent-soft': soft,
    selection: isLight ? tint(0.86, 0.06) : tint(0.42, 0.06),
  };
}

/** `colour` as it is, or changed in lightness until it can be read on all of `grounds`. */
function readable(colour: Oklch, step: number, grounds: Rgb[]): Oklch {
  let { l } = colour;
  const isUnreadable = (): boolean =>
    grounds.some((ground) => contrast(fromOklch({ ...colour, l }), ground) < READABLE);
  while (l > 0 - STEP && l < 1 + STEP && isUnreadable()) l += step;
  return { ...colour, l };
}

/** A shade further from the ground; at the end of the scale, nearer. */
function stronger(l: number, isLight: boolean): number {
  if (isLight) return l > 0.2 ? l - 0.06 : l + 0.1;
  return l < 0.9 ? l + 0.06 : l - 0.1;
}
