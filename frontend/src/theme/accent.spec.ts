import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accentColours, PICTURED, PLAIN, type Ground } from './accent';
import { contrast, format, fromOklch, parse, READABLE, toOklch, type Rgb } from './colour';

const steps = [0, 51, 102, 153, 204, 255];
const COLOURS = steps.flatMap((r) =>
  steps.flatMap((g) => steps.map((b) => format([r / 255, g / 255, b / 255]))),
);
const tokens = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const SCHEMES = ['light', 'dark'] as const;

function pair(value: string): Record<'light' | 'dark', Rgb> {
  const [light = '', dark = ''] = value.match(/#[0-9a-f]{6}/g) ?? [];
  return { light: parse(light), dark: parse(dark) };
}

const token = (name: string) =>
  pair(new RegExp(`${name}: light-dark\\(.*\\)`).exec(tokens)?.[0] ?? '');

/** What of `accent` cannot be read somewhere. */
function unreadable(accent: string, ground: Ground): string[] {
  const of = Object.fromEntries(
    Object.entries(accentColours(accent, ground)).map(([name, value]) => [name, pair(value)]),
  );
  const colour = (name: string, scheme: 'light' | 'dark'): Rgb => of[name]?.[scheme] ?? [0, 0, 0];
  return SCHEMES.flatMap((scheme) => {
    const accented = colour('--accent', scheme);
    const pairs: [string, Rgb, Rgb][] = [
      ['on the ground', accented, parse(ground[scheme])],
      ['on the page', accented, token('--bg-plain')[scheme]],
      ['on soft', accented, colour('--accent-soft', scheme)],
      ['strong', colour('--accent-strong', scheme), token('--bg-plain')[scheme]],
      ['on accent', colour('--on-accent', scheme), accented],
      ['on strong', colour('--on-accent', scheme), colour('--accent-strong', scheme)],
      ['text on soft', token('--text')[scheme], colour('--accent-soft', scheme)],
      ['text on a selection', token('--text')[scheme], colour('--selection', scheme)],
    ];
    return pairs
      .filter(([, one, other]) => contrast(one, other) < READABLE)
      .map(([what]) => `${accent} ${scheme}: ${what}`);
  });
}

describe('an accent colour of any kind', () => {
  it('can be read in every theme', () => {
    expect(COLOURS.flatMap((accent) => unreadable(accent, PLAIN))).toEqual([]);
  });

  it('can be read on every picture', () => {
    expect(COLOURS.flatMap((accent) => unreadable(accent, PICTURED))).toEqual([]);
  });

  it('stays as it is where it can be read already', () => {
    expect(pair(accentColours(null, PLAIN)['--accent'] ?? '')).toEqual(token('--accent'));
  });
});

it('the plain ground is the one of the tokens', () => {
  expect(token('--bg-hover')).toEqual({ light: parse(PLAIN.light), dark: parse(PLAIN.dark) });
});

it('colours survive the way to Oklch and back', () => {
  expect(COLOURS.map((colour) => format(fromOklch(toOklch(parse(colour)))))).toEqual(COLOURS);
});
