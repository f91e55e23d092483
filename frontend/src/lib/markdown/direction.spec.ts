import { expect, it } from 'vitest';
import { directionOf } from './direction';

it.each([
  ['- one', 'ltr'],
  ['1. **ışık**', 'ltr'],
  ['- [ ] مرحبا world', 'rtl'],
  ['12 שלום', 'rtl'],
  ['world مرحبا', 'ltr'],
  ['1. 2', undefined],
])('%j goes %s', (text, direction) => {
  expect(directionOf(text)).toBe(direction);
});
