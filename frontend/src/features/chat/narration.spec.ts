import { describe, expect, it } from 'vitest';
import { Narration, wordsOf } from './narration';

describe('a narration', () => {
  it('tells whole sentences, and the rest at the end', () => {
    const narration = new Narration('en');
    expect(narration.next('It rains. The', false)).toBe('It rains.');
    expect(narration.next('It rains. The sun', false)).toBe('');
    expect(narration.next('It rains. The sun shines.\nAnd', false)).toBe('The sun shines.');
    expect(narration.next('It rains. The sun shines.\nAnd then', true)).toBe('And then');
  });

  it('does not begin anew after a reload', () => {
    const narration = new Narration('en');
    narration.skip('It rains. The sun');
    expect(narration.next('It rains. The sun shines. It', false)).toBe('shines.');
  });
});

describe('the words of an answer', () => {
  const names = { code: 'Code block.', table: 'Table.' };
  const words = (html: string) => {
    const root = document.createElement('div');
    root.innerHTML = html;
    return wordsOf(root, names).split('\n');
  };

  it('leave out the numbers that lead to sources', () => {
    const cited = '<span class="dost-citation"><a class="dost-cited">[1]</a></span>';
    const plain = '<span class="dost-citation">[9]</span>';
    expect(words(`<p>It is so${cited}, not ${plain}.</p>`)).toEqual(['It is so, not [9].']);
  });

  it('have a line for each block', () => {
    expect(words('<p>One <b>two</b></p><ul><li>three</li><li>four</li></ul>')).toEqual([
      'One two',
      'three',
      'four',
    ]);
  });

  it('name code and tables instead of spelling them', () => {
    expect(words('<p>See</p><pre>x = 1</pre><table><tr><td>1</td></tr></table>')).toEqual([
      'See',
      'Code block.',
      'Table.',
    ]);
  });

  it('leave out buttons, and formulas as they are drawn', () => {
    const formula = '<math><mi>x</mi><annotation>x</annotation></math><i aria-hidden="true">x</i>';
    expect(words(`<p>Let ${formula}.<button>Copy</button></p>`)).toEqual(['Let x.']);
  });
});
