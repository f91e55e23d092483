import { expect, it } from 'vitest';
import { hex, mix } from './palette';

it.each([
  ['rgb(255, 0, 16)', '#ff0010'],
  ['rgba(0, 0, 0, 0.87)', '#000000'],
  ['color(srgb 1 0.5 0)', '#ff8000'],
  ['', '#808080'],
])('the computed colour %j is %s', (computed, expected) => {
  expect(hex(computed)).toBe(expected);
});

it('a colour is mixed into another', () => {
  expect(mix('#ff0000', '#0000ff', 0.5)).toBe('#800080');
  expect(mix('#ffffff', '#000000', 0)).toBe('#000000');
});
