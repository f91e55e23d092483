/** Text with a terminal's colours, as runs of one style. */

import Anser from 'anser';

export interface Run {
  text: string;
  classes: string;
  /** For the colours that have no name. */
  colour: string;
  background: string;
}

const DECORATIONS: Readonly<Record<string, string>> = {
  bold: 'ansi-bold',
  dim: 'ansi-dim',
  italic: 'ansi-italic',
  underline: 'ansi-underline',
  strikethrough: 'ansi-struck',
};
/** The levels of the cube that the colours 16 to 231 are from. */
const LEVELS = [0, 95, 135, 175, 215, 255] as const;

export function runsOf(text: string): Run[] {
  if (!text.includes('\u001b')) return [{ text, classes: '', colour: '', background: '' }];
  return Anser.ansiToJson(text, { use_classes: true, remove_empty: true }).map((run) => ({
    text: run.content,
    classes: [
      classOf(run.fg, 'fg'),
      classOf(run.bg, 'bg'),
      ...run.decorations.map((name) => DECORATIONS[name] ?? ''),
    ]
      .filter(Boolean)
      .join(' '),
    colour: unnamed(run.fg, run.fg_truecolor),
    background: unnamed(run.bg, run.bg_truecolor),
  }));
}

function classOf(colour: string | null, where: 'fg' | 'bg'): string {
  if (!colour) return '';
  return `${/palette|truecolor/.test(colour) ? 'ansi-other' : colour}-${where}`;
}

function unnamed(colour: string | null, truecolor: string | null): string {
  if (colour === 'ansi-truecolor' && truecolor) return `rgb(${truecolor})`;
  const number = Number(/^ansi-palette-(\d+)$/.exec(colour ?? '')?.[1] ?? NaN);
  if (!(number >= 16 && number <= 255)) return '';
  if (number >= 232) {
    const grey = 8 + 10 * (number - 232);
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const cube = number - 16;
  const parts = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return `rgb(${parts.map((part) => LEVELS[part] ?? 0).join(', ')})`;
}
