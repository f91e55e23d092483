import { describe, expect, it } from 'vitest';
import { runsOf } from './ansi';

const of = (text: string) => runsOf(text).map(({ text, classes }) => [text, classes]);

describe('runsOf', () => {
  it('leaves plain text in one piece', () => {
    expect(of('a <b> & "c"\n')).toEqual([['a <b> & "c"\n', '']]);
  });

  it('names the sixteen colours and the styles', () => {
    expect(of('\u001b[1;31mno\u001b[0m yes \u001b[94;42mx')).toEqual([
      ['no', 'ansi-red-fg ansi-bold'],
      [' yes ', ''],
      ['x', 'ansi-bright-blue-fg ansi-green-bg'],
    ]);
  });

  it('knows all other colours by their light', () => {
    const [palette, grey, exact] = runsOf('\u001b[38;5;28ma\u001b[38;5;240mb\u001b[48;2;1;2;3mc');
    expect(palette).toMatchObject({ classes: 'ansi-other-fg', colour: 'rgb(0, 135, 0)' });
    expect(grey).toMatchObject({ colour: 'rgb(88, 88, 88)' });
    expect(exact).toMatchObject({ background: 'rgb(1, 2, 3)' });
  });

  it('shows no other commands of a terminal', () => {
    const runs = of('\u001b[2Ka\u001b[1Ab');
    expect(runs.map(([text]) => text).join('')).toBe('ab');
  });
});
