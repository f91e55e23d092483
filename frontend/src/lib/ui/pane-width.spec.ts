import { expect, it } from 'vitest';
import { paneWidth, widthAfter } from './pane-width';

it.each([
  [0, 1200, 380],
  [NaN, 1200, 380],
  [500, 1200, 500],
  [100, 1200, 280],
  [900, 1200, 720],
  [500, 600, 280],
])('makes a pane that is wanted %d wide in a room of %d px %d wide', (wanted, room, now) => {
  expect(paneWidth(wanted, room).now).toBe(now);
});

it.each([
  ['ArrowLeft', false, 404],
  ['ArrowRight', false, 356],
  ['ArrowLeft', true, 356],
  ['Home', false, 280],
  ['End', false, 720],
  ['Tab', false, undefined],
])('moves the edge by %s (from right to left: %s) to %s', (key, isRtl, to) => {
  expect(widthAfter(key, paneWidth(380, 1200), isRtl)).toBe(to);
});
