import { beforeEach, expect, it } from 'vitest';
import type { Attachment } from '$lib/api/types';
import { keepFor } from '$lib/own-storage';
import { readDraftFiles, writeDraftFiles } from './draft-files';

const HOUR_MS = 3_600_000;
const NOTES: Attachment = {
  id: 'f',
  kind: 'text',
  filename: 'notes.md',
  media_type: 'text/markdown',
  size: 5,
};

beforeEach(() => {
  localStorage.clear();
  keepFor('ada');
});

it('keeps the files of each conversation apart', () => {
  writeDraftFiles(null, [NOTES]);
  expect([readDraftFiles('a'), readDraftFiles(null)]).toEqual([[], [NOTES]]);
});

it('forgets files when the server does', () => {
  writeDraftFiles('a', [NOTES], 0);
  expect(readDraftFiles('a', 22 * HOUR_MS)).toEqual([NOTES]);
  expect(readDraftFiles('a', 24 * HOUR_MS)).toEqual([]);
});

it('leaves nothing behind once all is sent', () => {
  writeDraftFiles('a', [NOTES]);
  writeDraftFiles('a', []);
  expect(localStorage).toHaveLength(0);
});
