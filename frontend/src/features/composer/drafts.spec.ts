import { beforeEach, expect, it } from 'vitest';
import { keepFor } from '$lib/own-storage';
import { readDraft, writeDraft } from './drafts';

beforeEach(() => {
  localStorage.clear();
  keepFor('ada');
});

it('keeps the words of each conversation apart', () => {
  writeDraft('a', 'Words');
  expect([readDraft('a'), readDraft(null)]).toEqual(['Words', '']);
});

it('leaves nothing behind once all is sent', () => {
  writeDraft('a', 'Words');
  writeDraft('a', '');
  expect(localStorage).toHaveLength(0);
});
