import { expect, it } from 'vitest';
import { eventually } from '$lib/eventually';
import { htmlChunksOf, LINES } from './chunks';
import { highlight } from './highlight';
import { Painter } from './painter';

const lines = (count: number) =>
  Array.from({ length: count }, (_, n) => `let x${n} = 1\n`).join('');

async function inPlace(code: string, language: string) {
  const html = await highlight(code, language);
  return html === undefined ? undefined : htmlChunksOf(html);
}

function painted() {
  const element = document.createElement('code');
  const painter = new Painter(inPlace);
  painter.show(element);
  return { element, painter };
}

const isHighlighted = (element: Element) =>
  eventually(() => expect(element.querySelector('.hljs-keyword')).not.toBeNull());

it('code shows at once, and highlighted as soon as it can be', async () => {
  const { element, painter } = painted();
  painter.paint('let x = 1', 'javascript', false);
  expect(element.textContent).toBe('let x = 1');
  await isHighlighted(element);
  expect(element.textContent).toBe('let x = 1');
});

it('growing code keeps the lines that are shown', async () => {
  const { element, painter } = painted();
  painter.paint(lines(2 * LINES), 'javascript', false);
  await isHighlighted(element);
  const first = element.querySelector('.hljs-keyword');
  painter.paint(lines(3 * LINES) + 'let y', 'javascript', false);
  expect(element.textContent).toBe(lines(3 * LINES) + 'let y');
  await eventually(() =>
    expect(element.querySelectorAll('.hljs-keyword')).toHaveLength(3 * LINES + 1),
  );
  expect(element.querySelector('.hljs-keyword')).toBe(first);
});

it('other code takes the place of what was shown', async () => {
  const { element, painter } = painted();
  painter.paint(lines(2 * LINES), 'javascript', false);
  await isHighlighted(element);
  painter.paint('const y = 2', '', false);
  expect(element.textContent).toBe('const y = 2');
});

it('an answer that comes too late changes nothing', async () => {
  const { element, painter } = painted();
  painter.paint('let x = 1', 'javascript', false);
  painter.stop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(element.querySelector('.hljs-keyword')).toBeNull();
});

it('code without a language stays as it is', () => {
  const { element, painter } = painted();
  painter.paint('<b>', '', false);
  expect(element.textContent).toBe('<b>');
});
