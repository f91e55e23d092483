import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'code.css'), 'utf8');
const pairs = [
  ...css.matchAll(/--dost-code-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g),
].map(([, name = '', light = '', dark = '']) => ({ name, light, dark }));
const oled = /data-theme='oled'\] \{\s+--dost-code-background: (#[0-9a-f]{6})/.exec(css)?.[1] ?? '';
const background = pairs.find(({ name }) => name === 'background') ?? { light: '', dark: '' };

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

it.each(pairs.filter(({ name }) => name !== 'background'))(
  'code in the colour $name can be read in every theme',
  ({ light, dark }) => {
    expect(contrast(light, background.light)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(dark, background.dark)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(dark, oled)).toBeGreaterThanOrEqual(4.5);
  },
);

it('there are colours to check', () => {
  expect(pairs.length).toBeGreaterThanOrEqual(10);
});
