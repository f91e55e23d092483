import { describe, expect, it } from 'vitest';
import type { Attachment } from '$lib/api/types';
import { pastedIn, promptOf, shownSize } from './attached';

const cat: Attachment = {
  id: 'a',
  kind: 'image',
  filename: 'cat.png',
  media_type: 'image/png',
  size: 5,
};

function transfer(text: string, files: File[]): DataTransfer {
  return { getData: () => text, files } as unknown as DataTransfer;
}

describe('promptOf', () => {
  it('names the files by their ids', () => {
    expect(promptOf('x', [cat])).toEqual({ content: 'x', attachments: [{ file_id: 'a' }] });
  });

  it('names what it is to be answered from', () => {
    const sources = [
      { kind: 'document', id: 'd', name: 'report.pdf', use: 'whole' },
      { kind: 'collection', id: 'c', name: 'Reports' },
      { kind: 'document', id: 'e', name: 'letter.docx' },
    ] as const;
    expect(promptOf('x', [cat], sources)).toEqual({
      content: 'x',
      attachments: [
        { file_id: 'a' },
        { document_id: 'd', use: 'whole' },
        { document_id: 'e', use: 'auto' },
      ],
      collection_ids: ['c'],
    });
  });

  it('says nothing of files where there are none', () => {
    expect(promptOf('x', [])).toEqual({ content: 'x' });
  });
});

describe('pastedIn', () => {
  const file = new File(['x'], 'x.png');

  it('finds what was copied as a file', () => {
    expect(pastedIn(transfer('', [file]))).toEqual({ words: '', files: [file] });
  });

  it('prefers words to their picture', () => {
    expect(pastedIn(transfer('A1\tB1', [file]))).toEqual({ words: 'A1\tB1', files: [] });
  });
});

describe('shownSize', () => {
  it('keeps the proportions', () => {
    expect(shownSize({ width: 4000, height: 3000 }, 320)).toEqual({ width: 320, height: 240 });
    expect(shownSize({ width: 300, height: 3000 }, 320)).toEqual({ width: 32, height: 320 });
  });

  it('enlarges nothing', () => {
    expect(shownSize({ width: 16, height: 8 }, 320)).toEqual({ width: 16, height: 8 });
  });
});
