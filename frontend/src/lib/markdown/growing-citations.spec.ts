import { render } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { eventually } from '$lib/eventually';
import Markdown from './Markdown.svelte';

const CITATIONS = new Map([[1, { label: 'Source 1', href: '/x', apart: false }]]);

const make = (text: string, citations: typeof CITATIONS | null) => {
  const { container, rerender } = render(Markdown, { text, streaming: true, citations });
  const links = () => [...container.querySelectorAll('a')].map((link) => link.textContent);
  const shows = async (more: object) => rerender({ text, streaming: true, citations, ...more });
  return { container, links, shows };
};

it('numbers are links as soon as they are there, at every step of a growing paragraph', async () => {
  const { container, links, shows } = make('At', CITATIONS);
  const steps = [
    ['At dawn [1]', 1],
    ['At dawn [1], by', 1],
    ['At dawn [1], by lamps [1]\n\n- or none', 2],
  ] as const;
  for (const [text, count] of steps) {
    await shows({ text });
    const last = text.split(' ').at(-1) ?? '';
    await eventually(() => expect(container.textContent).toContain(last));
    expect(links()).toHaveLength(count);
  }
});

it('numbers become links where it is known later what they are', async () => {
  const { container, links, shows } = make('At dawn [1].', null);
  const paragraph = container.querySelector('p');
  expect(links()).toEqual([]);
  await shows({ citations: CITATIONS });
  expect(links()).toEqual(['[1]']);
  const link = container.querySelector('a');
  await shows({ citations: new Map(CITATIONS), streaming: false });
  expect(container.querySelector('p')).toBe(paragraph);
  expect(container.querySelector('a')).toBe(link);
});
