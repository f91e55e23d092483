import { describe, expect, it } from 'vitest';
import { grammarOf, isForReading, kindOf, previewOf } from './kinds';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('kinds', () => {
  it.each([
    ['application/pdf', 'documents.kind.pdf', 'pdf'],
    [WORD, 'documents.kind.word', 'reading'],
    ['text/markdown', 'documents.kind.markdown', 'markdown'],
    ['text/csv', 'documents.kind.table', 'reading'],
    ['text/x-python', 'documents.kind.code', 'text'],
    ['application/json', 'documents.kind.code', 'text'],
    ['text/html', 'documents.kind.web', 'reading'],
    ['application/octet-stream', null, null],
  ])('says what %s is and how it is shown', (media_type, kind, preview) => {
    const document = { media_type, filename: 'file' };
    expect([kindOf(document), previewOf(document)]).toEqual([kind, preview]);
  });

  it.each([
    ['src/a.py', 'python'],
    ['a.txt', ''],
    ['LICENSE', ''],
  ])('colours %s by its name', (filename, grammar) => {
    expect(grammarOf({ filename })).toBe(grammar);
  });

  it.each([
    ['report.PDF', 'application/pdf', true],
    ['report.docx', '', true],
    ['report', WORD, true],
    ['letter.eml', 'message/rfc822', true],
    ['all.zip', 'application/x-zip-compressed', true],
    ['table.xlsx', 'application/zip', true],
    ['numbers.npz', 'application/zip', false],
    ['notes.md', '', true],
    ['notes', 'text/markdown', true],
    ['notes.TXT', 'text/plain', true],
    ['page.html', 'text/html', true],
    ['analysis.ipynb', '', true],
    ['main.c', 'text/plain', false],
    ['server.log', '', false],
    ['data.csv', 'text/csv', false],
    ['cat.png', 'image/png', false],
  ])('tells whether %s of type %j is read as a document: %s', (name, type, is) => {
    expect(isForReading({ name, type })).toBe(is);
  });
});
