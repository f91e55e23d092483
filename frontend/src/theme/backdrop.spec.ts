import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PICTURED } from './accent';
import { mix, PAGE, scrimOf } from './backdrop';
import { contrast, luminance, parse, READABLE, type Rgb } from './colour';

const tokens = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const pictured = /data-background\] \{([^}]*)/.exec(tokens)?.[1] ?? '';
const pair = (name: string, css = tokens): [Rgb, Rgb] => {
  const [light = '', dark = ''] =
    new RegExp(`${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css)?.slice(1) ?? [];
  return [parse(light), parse(dark)];
};

const picture = (...colours: [number, number, number, number][]): Uint8ClampedArray =>
  new Uint8ClampedArray(colours.flat());
const BLACK: [number, number, number, number] = [0, 0, 0, 255];
const WHITE: [number, number, number, number] = [255, 255, 255, 255];
const CLEAR: [number, number, number, number] = [0, 0, 0, 0];

describe('the scrim over a picture', () => {
  it.each([
    ['black', picture(BLACK)],
    ['white', picture(WHITE)],
    ['black and white', picture(BLACK, WHITE)],
    ['blue, red and green', picture([0, 0, 255, 255], [255, 0, 0, 255], [0, 255, 0, 255])],
    ['half transparent', picture([0, 0, 0, 128], [255, 255, 255, 128])],
  ])('leaves text readable on %s', (_, pixels) => {
    const scrim = scrimOf(pixels);
    for (let at = 0; at < pixels.length; at += 4) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = [...pixels.slice(at, at + 4)];
      const colour: Rgb = [red / 255, green / 255, blue / 255];
      const seen = (page: Rgb, part: number): number =>
        luminance(mix(mix(colour, page, 1 - alpha / 255), page, part));
      expect(seen(parse(PAGE.light), scrim.light)).toBeGreaterThanOrEqual(
        luminance(parse(PICTURED.light)),
      );
      expect(seen(parse(PAGE.dark), scrim.dark)).toBeLessThanOrEqual(
        luminance(parse(PICTURED.dark)),
      );
    }
  });

  it('shows most of a picture that suits the theme', () => {
    expect(scrimOf(picture([30, 30, 40, 255]))).toMatchObject({ dark: 0 });
    expect(scrimOf(picture([230, 230, 220, 255]))).toMatchObject({ light: 0 });
  });

  it('shows some of any picture', () => {
    const { light, dark } = scrimOf(picture(BLACK, WHITE));
    expect(Math.max(light, dark)).toBeLessThan(0.85);
  });

  it('is none where a picture shows the page', () => {
    expect(scrimOf(picture(CLEAR))).toEqual({ light: 0, dark: 0 });
  });
});

describe('on the worst of what a picture may make of the page', () => {
  it.each(['--text-muted', '--danger', '--warn'])('%s can be read', (name) => {
    const [light, dark] = pair(name, pictured);
    expect(contrast(light, parse(PICTURED.light))).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(dark, parse(PICTURED.dark))).toBeGreaterThanOrEqual(READABLE);
  });

  it('text can be read', () => {
    const [light, dark] = pair('--text');
    expect(contrast(light, parse(PICTURED.light))).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(dark, parse(PICTURED.dark))).toBeGreaterThanOrEqual(READABLE);
  });
});

it('the pages are those of the tokens', () => {
  expect(pair('--bg-sunken')[0]).toEqual(parse(PAGE.light));
  expect(pair('--bg-plain')[1]).toEqual(parse(PAGE.dark));
});
