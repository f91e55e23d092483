/** Colours as numbers: what can be read on what (WCAG 2.2), and lighter or darker shades (Oklch). */

/** Red, green and blue of sRGB, each from 0 to 1. */
export type Rgb = readonly [number, number, number];
/** Lightness from 0 to 1, chroma, and hue in radians: https://www.w3.org/TR/css-color-4/#ok-lab */
export interface Oklch {
  l: number;
  c: number;
  h: number;
}

/** What text needs at least (WCAG 2.2, 1.4.3). */
export const READABLE = 4.5;

export function parse(hex: string): Rgb {
  const part = (at: number): number => parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}

export function format(colour: Rgb): string {
  const part = (value: number): string =>
    Math.round(clamp(value) * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${colour.map(part).join('')}`;
}

/** Relative luminance, from 0 for black to 1 for white. */
export function luminance(colour: Rgb): number {
  const [red, green, blue] = linear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1, for the same colour, to 21, for black and white. */
export function contrast(one: Rgb, other: Rgb): number {
  const [first, second] = [luminance(one), luminance(other)];
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

export function toOklch(colour: Rgb): Oklch {
  const [r, g, b] = linear(colour);
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const medium = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short;
  const bee = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short;
  return {
    l: 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    c: Math.hypot(a, bee),
    h: Math.atan2(bee, a),
  };
}

/** The colour, or the most colourful one of its lightness and hue that a screen can show. */
export function fromOklch({ l, c, h }: Oklch): Rgb {
  for (let chroma = c; chroma > 0; chroma -= 0.004) {
    const colour = unlimited(l, chroma, h);
    if (colour.every((part) => part >= -0.0005 && part <= 1.0005)) return bounded(colour);
  }
  return bounded(unlimited(l, 0, h));
}

function unlimited(l: number, c: number, h: number): Rgb {
  const a = c * Math.cos(h);
  const b = c * Math.sin(h);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encode(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    encode(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    encode(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

function linear([red, green, blue]: Rgb): Rgb {
  return [decode(red), decode(green), decode(blue)];
}

function decode(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function encode(part: number): number {
  return part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055;
}

/** As a screen shows it: within its range, in its 256 steps. */
function bounded([red, green, blue]: Rgb): Rgb {
  const step = (part: number): number => Math.round(clamp(part) * 255) / 255;
  return [step(red), step(green), step(blue)];
}

function clamp(part: number): number {
  return Math.min(1, Math.max(0, part));
}
