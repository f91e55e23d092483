import { afterEach, describe, expect, it, vi } from 'vitest';
import { Api } from '$lib/api/api';
import type { Source } from '$lib/api/types';
import { eventually } from '$lib/eventually';
import { Models } from '../models/models.svelte';
import { Prompts } from '../prompts/prompts.svelte';
import { documentOf } from '../documents/scripted-documents';
import { SourceFinder } from '../sources/source-finder.svelte';
import { Suggester } from './suggester.svelte';

const makePrompt = (name: string, content = `${name}!`) => ({
  id: name,
  name,
  title: name,
  content,
});
const MODELS = [
  { id: 'fake/echo', name: 'echo', provider: 'fake', capabilities: {}, defaults: {} },
];

afterEach(() => vi.unstubAllGlobals());

const key = (name: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent('keydown', { key: name, ...more });

const make = async (...items: ReturnType<typeof makePrompt>[]) => {
  const api = new Api({ baseUrl: '/dost/', xsrfCookie: '_xsrf' });
  const asked: string[] = [];
  const answers: Record<string, unknown[]> = {
    prompts: items,
    models: MODELS,
    collections: [{ id: 'c', name: 'Reports', documents: 2, mine: true }],
    documents: [documentOf('d', { filename: 'papers/report.pdf', title: 'A report' })],
  };
  vi.stubGlobal('fetch', async (url: string) => {
    const path = url.replace('/dost/api/v1/', '');
    asked.push(path);
    return Response.json({ items: answers[path.split('?')[0] ?? ''], default_model: null });
  });
  const prompts = new Prompts(api);
  const models = new Models(api, () => null);
  await Promise.all([prompts.load(), models.load()]);
  const box = document.createElement('textarea');
  const named: Source[] = [];
  const finder = new SourceFinder(api);
  const suggester = new Suggester(prompts, models, finder, () => 'Ada', {
    name: (source) => void named.push(source),
    text: () => box.value,
    replace: ({ from, to }, insert) =>
      (box.value = box.value.slice(0, from) + insert + box.value.slice(to)),
  });
  const type = (text: string) => {
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    suggester.look(box);
  };
  return { suggester, box, type, named, asked };
};

describe('Suggester', () => {
  it('puts the chosen prompt in', async () => {
    const { suggester, box, type } = await make(makePrompt('hello'), makePrompt('help'));
    type('/he');
    expect(suggester.keydown(key('ArrowDown'))).toBe(true);
    expect(suggester.keydown(key('Enter'))).toBe(true);
    await eventually(() => expect(box.value).toBe('help!'));
    expect(suggester.open).toBe(false);
  });

  it('asks for what it does not know', async () => {
    const { suggester, box, type } = await make(makePrompt('greet', '{{user}} greets {{whom}}'));
    type('/greet');
    suggester.keydown(key('Tab'));
    await eventually(() =>
      expect(suggester.asking?.wanted.map(({ name }) => name)).toEqual(['whom']),
    );
    suggester.asking?.put(new Map([['whom', 'Grace']]));
    expect(box.value).toBe('Ada greets Grace');
  });

  it('leaves Enter to the message where nothing matches', async () => {
    const { suggester, type } = await make(makePrompt('hello'));
    type('/nothing');
    expect(suggester.keydown(key('Enter'))).toBe(false);
    expect(suggester.keydown(key('ArrowUp'))).toBe(true);
    expect(suggester.items[suggester.active]?.kind).toBe('new');
  });

  it('stays away once it was sent away', async () => {
    const { suggester, type } = await make(makePrompt('hello'));
    type('/');
    expect(suggester.keydown(key('Escape'))).toBe(true);
    type('/h');
    expect(suggester.open).toBe(false);
    type('');
    type('/h');
    expect(suggester.open).toBe(true);
  });

  it('takes no key that means something else', async () => {
    const { suggester, type } = await make(makePrompt('hello'));
    expect(suggester.keydown(key('Enter'))).toBe(false);
    type('/');
    expect(suggester.keydown(key('Enter', { ctrlKey: true }))).toBe(false);
    expect(suggester.keydown(key('Tab', { shiftKey: true }))).toBe(false);
  });

  it('directs the next message to a model', async () => {
    const { suggester, box, type } = await make();
    type('ask @ec');
    suggester.keydown(key('Enter'));
    expect([suggester.asked?.id, box.value]).toEqual(['fake/echo', 'ask ']);
  });

  it('makes a new prompt from the rest of the text', async () => {
    const { suggester, box, type } = await make();
    type('A text\n/');
    suggester.keydown(key('Enter'));
    expect([suggester.making, box.value]).toEqual(['A text', 'A text\n']);
  });

  it('has the next message be answered from a document', async () => {
    const { suggester, box, type, named, asked } = await make();
    type('What does #rep');
    await eventually(() => expect(suggester.items).toHaveLength(2));
    expect(asked).toContain('documents?status=ready&q=rep&limit=8');
    suggester.keydown(key('ArrowDown'));
    suggester.keydown(key('Enter'));
    expect(box.value).toBe('What does ');
    expect(named).toEqual([{ kind: 'document', id: 'd', name: 'report.pdf', use: 'auto' }]);
  });

  it('has the next message be answered from a collection', async () => {
    const { suggester, type, named } = await make();
    type('#REP');
    await eventually(() => expect(suggester.items).toHaveLength(2));
    suggester.keydown(key('Enter'));
    expect(named).toEqual([{ kind: 'collection', id: 'c', name: 'Reports', use: 'auto' }]);
  });

  it('leaves headings, and Enter after what was not found yet, alone', async () => {
    const { suggester, type, asked } = await make();
    type('#12');
    expect(suggester.keydown(key('Enter'))).toBe(false);
    await eventually(() => expect(asked).toContain('documents?status=ready&q=12&limit=8'));
    type('# Title');
    expect(suggester.open).toBe(false);
  });
});
