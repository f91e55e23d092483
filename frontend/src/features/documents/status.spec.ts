import { describe, expect, it } from 'vitest';
import { isBusy, isOver, passes, workOn } from './status';

const READING = {
  status: 'processing' as const,
  stage: 'reading' as const,
  progress: 0.1,
  pages_read: 11,
  pages: 80,
  chunks: 0,
  error: null,
};

describe('workOn', () => {
  it.each([
    [{}, 'Reading page 12 of 80'],
    [{ pages_read: 80 }, 'Reading page 80 of 80'],
    [{ pages: null }, 'Reading'],
    [{ stage: '' as const }, 'Starting'],
    [{ stage: 'embedding' as const }, 'Embedding'],
    [{ stage: 'saving' as const }, 'Saving'],
    [{ status: 'queued' as const }, 'Waiting to be read'],
    [{ status: 'ready' as const, chunks: 212 }, '80 pages, 212 passages'],
    [{ status: 'ready' as const, pages: null, chunks: 1 }, '1 passage'],
    [{ status: 'failed' as const, error: 'It is locked.' }, 'It is locked.'],
    [{ status: 'failed' as const }, 'It could not be read.'],
    [{ status: 'cancelled' as const }, 'Cancelled'],
  ])('says for %o: %s', (changes, words) => {
    expect(workOn({ ...READING, ...changes })).toBe(words);
  });
});

describe('filters', () => {
  it('let their statuses through', () => {
    const through = (['all', 'ready', 'busy', 'failed'] as const).map((filter) =>
      (['queued', 'processing', 'ready', 'failed', 'cancelled'] as const).filter((status) =>
        passes(status, filter),
      ),
    );
    expect(through).toEqual([
      ['queued', 'processing', 'ready', 'failed', 'cancelled'],
      ['ready'],
      ['queued', 'processing'],
      ['failed', 'cancelled'],
    ]);
  });

  it('tell work that goes on from work that can be begun again', () => {
    expect([isBusy({ status: 'queued' }), isBusy({ status: 'ready' })]).toEqual([true, false]);
    expect([isOver({ status: 'cancelled' }), isOver({ status: 'queued' })]).toEqual([true, false]);
  });
});
