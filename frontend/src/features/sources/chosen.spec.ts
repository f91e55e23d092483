import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError, NetworkError } from '$lib/api/errors';
import { eventually } from '$lib/eventually';
import { keepFor } from '$lib/own-storage';
import { MOST_BYTES } from '../documents/limits';
import { documentOf, serving } from '../documents/scripted-documents';
import { Chosen } from './chosen.svelte';

const OWNER = { id: 'c', temporary: false };
const REPORTS = { kind: 'collection', id: 'r', name: 'Reports', use: 'auto' } as const;
const LETTER = { kind: 'document', id: 'l', name: 'letter.docx', use: 'auto' } as const;

beforeEach(() => {
  localStorage.clear();
  keepFor('ada');
});

const make = (owner = OWNER) => {
  const scripted = serving();
  return { ...scripted, chosen: new Chosen(scripted.api, owner) };
};
const fileOf = (name: string) => new File(['x'], name);
const only = ({ items: [item] }: Chosen) => item;
const uploaded = async (chosen: Chosen, name = 'report.pdf') => {
  chosen.upload(fileOf(name));
  await eventually(() => expect(only(chosen)?.work).not.toBeNull());
};
const problem = (status: number) =>
  new ApiError({ type: '', title: '', status, detail: 'No.', code: 'x' });

describe('what is named', () => {
  it('is there at once, and once', () => {
    const { chosen } = make();
    chosen.name(REPORTS);
    chosen.name(REPORTS);
    chosen.name(LETTER);
    expect(chosen.items.map(({ name }) => name)).toEqual(['Reports', 'letter.docx']);
    expect([chosen.ready, chosen.documents]).toEqual([true, 1]);
  });

  it('goes with the turn, read as was chosen', () => {
    const { chosen } = make();
    chosen.name(LETTER);
    chosen.use(only(chosen)?.key ?? 0, 'whole');
    const { sources, done } = chosen.take();
    expect(sources).toEqual([{ ...LETTER, use: 'whole' }]);
    expect(chosen.items).toEqual([]);
    done(false);
    expect(only(chosen)).toMatchObject({ id: 'l', use: 'whole' });
  });

  it('outlives a reload until it is sent', () => {
    const { chosen, api } = make();
    chosen.name(LETTER);
    expect(only(new Chosen(api, OWNER))).toMatchObject(LETTER);
    chosen.take().done(true);
    expect(new Chosen(api, OWNER).items).toEqual([]);
  });

  it('leaves no trace where the chat leaves none', () => {
    make({ id: 't', temporary: true }).chosen.name(LETTER);
    expect(localStorage).toHaveLength(0);
  });

  it('stays a document when it is taken out', () => {
    const { chosen, calls } = make();
    chosen.name(LETTER);
    chosen.remove(only(chosen)?.key ?? 0);
    expect([chosen.items.length, calls.remove.mock.calls.length]).toEqual([0, 0]);
  });
});

describe('a file that is sent to be read', () => {
  it('can go with a turn while it is read, and says how far that is', async () => {
    const { chosen } = make();
    chosen.upload(fileOf('report.pdf'));
    expect([chosen.ready, only(chosen)?.id]).toEqual([false, null]);
    await eventually(() => expect(chosen.ready).toBe(true));
    chosen.heard({ id: 'report.pdf', status: 'processing', stage: 'embedding', progress: 0.5 });
    expect(only(chosen)?.work).toMatchObject({ stage: 'embedding', progress: 0.5 });
    expect(chosen.take().sources).toEqual([
      { kind: 'document', id: 'report.pdf', name: 'report.pdf', use: 'auto' },
    ]);
  });

  it('says why it could not be read, and holds the turn up until it is taken out', async () => {
    const { chosen, calls } = make();
    await uploaded(chosen);
    chosen.heard({ id: 'report.pdf', status: 'failed', error: 'It is locked.' });
    expect(only(chosen)).toMatchObject({ failure: 'It is locked.', again: true });
    expect(chosen.ready).toBe(false);
    chosen.remove(only(chosen)?.key ?? 0);
    expect(calls.remove).toHaveBeenCalledWith('report.pdf', false);
    expect(chosen.ready).toBe(true);
  });

  it('can be sent again where the line broke', async () => {
    const { chosen, calls } = make();
    calls.add.mockRejectedValueOnce(new NetworkError('Gone.'));
    chosen.upload(fileOf('report.pdf'));
    await eventually(() => expect(only(chosen)?.again).toBe(true));
    chosen.again(only(chosen)?.key ?? 0);
    await eventually(() => expect(chosen.ready).toBe(true));
  });

  it('is refused with the reason', async () => {
    const { chosen, calls } = make();
    calls.add.mockRejectedValueOnce(problem(413));
    chosen.upload(fileOf('report.pdf'));
    await eventually(() => expect(only(chosen)?.failure).toBe('No.'));
    expect(only(chosen)?.again).toBe(false);
  });

  it('is not sent where it is too large', () => {
    const { chosen, calls } = make();
    const file = fileOf('huge.pdf');
    Object.defineProperty(file, 'size', { value: MOST_BYTES + 1 });
    chosen.upload(file);
    expect(only(chosen)?.failure).toBe('Larger than 100 MB.');
    expect(calls.add).not.toHaveBeenCalled();
  });

  it('is what it was where it is there already, and stays when it is taken out', async () => {
    const { chosen, calls, server } = make();
    const known = documentOf('k', { filename: 'papers/known.pdf', duplicate: true });
    server.items = [known];
    calls.add.mockResolvedValue(known);
    await uploaded(chosen, 'copy.pdf');
    expect(only(chosen)).toMatchObject({ id: 'k', name: 'known.pdf', added: false });
    chosen.upload(fileOf('copy.pdf'));
    await eventually(() => expect(chosen.items).toHaveLength(1));
    chosen.remove(only(chosen)?.key ?? 0);
    expect(calls.remove).not.toHaveBeenCalled();
  });

  it('stays in the library once it is read', async () => {
    const { chosen, calls } = make();
    await uploaded(chosen);
    chosen.heard({ id: 'report.pdf', status: 'ready' });
    chosen.remove(only(chosen)?.key ?? 0);
    expect(calls.remove).not.toHaveBeenCalled();
  });

  it('is looked for after a reload', async () => {
    const { chosen, api, server } = make();
    await uploaded(chosen);
    server.items = [documentOf('report.pdf', { status: 'processing', stage: 'reading' })];
    const later = new Chosen(api, OWNER);
    later.missed();
    await eventually(() => expect(only(later)?.work?.stage).toBe('reading'));
  });

  it('is gone where the server has forgotten it', async () => {
    const { chosen, calls } = make();
    await uploaded(chosen);
    calls.get.mockRejectedValue(problem(404));
    chosen.missed();
    await eventually(() => expect(only(chosen)?.failure).toBe('Not there any more.'));
    expect(chosen.ready).toBe(false);
  });
});
