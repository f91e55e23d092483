import { beforeEach, expect, it } from 'vitest';
import { keepFor, writeOwn } from '$lib/own-storage';
import { readDraftSources, writeDraftSources, type DraftSource } from './draft-sources';

const REPORT: DraftSource = {
  source: { kind: 'document', id: 'd', name: 'report.pdf', use: 'whole' },
  added: true,
};

beforeEach(() => {
  localStorage.clear();
  keepFor('ada');
});

it('keeps what is chosen for each conversation apart', () => {
  writeDraftSources(null, [REPORT]);
  expect([readDraftSources('a'), readDraftSources(null)]).toEqual([[], [REPORT]]);
});

it('leaves nothing behind once all is sent', () => {
  writeDraftSources('a', [REPORT]);
  writeDraftSources('a', []);
  expect(localStorage).toHaveLength(0);
});

it('does not trip over what somebody else left in its place', () => {
  writeOwn('draft-sources.a', '[null, {"source": {}}, 1]');
  expect(readDraftSources('a')).toEqual([]);
});
