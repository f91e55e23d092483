import { expect, it } from 'vitest';
import { throughSlots, type Draw } from './draw';

function shadowed() {
  const shell = document.body.appendChild(document.createElement('div'));
  const place = document.createElement('p');
  shell.attachShadow({ mode: 'open' }).append(place);
  return { shell, place };
}

const words: Draw = (data) =>
  'words' in data
    ? (place) => {
        place.textContent = String(data['words']);
        return () => place.replaceChildren();
      }
    : null;

it('draws outside of the shadow root and shows each drawing in its own place', () => {
  const { shell, place } = shadowed();
  const draw = throughSlots(shell, words);
  for (const word of ['one', 'two']) draw({ words: word }, {})?.(place, () => undefined);
  const slots = [...place.querySelectorAll('slot')].map((slot) => slot.name);
  const drawn = slots.map((name) => shell.querySelector(`[slot="${name}"]`)?.textContent);
  expect(drawn).toEqual(['one', 'two']);
});

it('leaves nothing behind', () => {
  const { shell, place } = shadowed();
  throughSlots(shell, words)({ words: 'one' }, {})?.(place, () => undefined)();
  expect([shell.childElementCount, place.childElementCount]).toEqual([0, 0]);
});

it('draws nothing that cannot be drawn', () => {
  const { shell } = shadowed();
  expect(throughSlots(shell, words)({ shapes: 1 }, {})).toBeNull();
  expect(shell.childElementCount).toBe(0);
});
