import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contrast as contrastOf, parse } from './colour';

const css = readFileSync(join(import.meta.dirname, 'code.css'), 'utf8');
const pairs = [
  ...css.matchAll(/--dost-code-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g),
].map(([, name = '', light = '', dark = '']) => ({ name, light, dark }));
const oled = /data-theme='oled'\] \{\s+--dost-code-background: (#[0-9a-f]{6})/.exec(css)?.[1] ?? '';
const background = pairs.find(({ name }) => name === 'background') ?? { light: '', dark: '' };

const contrast = (one: string, other: string): number => contrastOf(parse(one), parse(other));

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
