import { beforeEach, expect, it } from 'vitest';
import { forgetOwn, keepFor, readOwn, readOwnList, writeOwn, writeOwnList } from './own-storage';

beforeEach(() => {
  localStorage.clear();
  keepFor('ada');
});

it('keeps each user what is theirs', () => {
  writeOwn('draft', 'Dear diary');
  keepFor('grace');
  expect(readOwn('draft')).toBe('');
  keepFor('ada');
  expect(readOwn('draft')).toBe('Dear diary');
});

it('keeps nothing for nobody', () => {
  keepFor(null);
  expect(writeOwn('draft', 'Dear diary')).toBe(false);
  expect(localStorage).toHaveLength(0);
});

it('forgets one user and nothing else', () => {
  writeOwn('draft', 'Dear diary');
  localStorage.setItem('dost.theme', 'dark');
  keepFor('grace');
  writeOwn('draft', 'Mine');
  forgetOwn();
  keepFor('ada');
  expect(readOwn('draft')).toBe('Dear diary');
  forgetOwn();
  expect({ ...localStorage }).toEqual({ 'dost.theme': 'dark' });
});

it('reads of a list only what it knows', () => {
  const words = (item: unknown): item is string => typeof item === 'string';
  writeOwnList('list', ['one', 2, 'three']);
  expect(readOwnList('list', words)).toEqual(['one', 'three']);
  writeOwn('list', '{broken');
  expect(readOwnList('list', words)).toEqual([]);
});
