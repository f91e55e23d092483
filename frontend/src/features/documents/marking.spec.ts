import { describe, expect, it } from 'vitest';
import { mark } from './marking';

function element(html: string): HTMLElement {
  const root = document.createElement('div');
  root.innerHTML = html;
  return root;
}

describe('mark', () => {
  it('marks words across elements and gives back the first mark', () => {
    const root = element('<p>Some <b>bold</b> words.</p><p>Others.</p>');
    const first = mark(root, 'bold words. Others');
    expect(root.innerHTML).toBe(
      '<p>Some <b><mark>bold</mark></b> <mark>words</mark>.</p><p><mark>Others</mark>.</p>',
    );
    expect(first?.textContent).toBe('bold');
  });

  it('takes the last marks away', () => {
    const root = element('<p>One and two.</p>');
    mark(root, 'one');
    mark(root, 'two');
    expect(root.innerHTML).toBe('<p>One and <mark>two</mark>.</p>');
    expect(mark(root, '')).toBeNull();
    expect(root.innerHTML).toBe('<p>One and two.</p>');
  });
});
