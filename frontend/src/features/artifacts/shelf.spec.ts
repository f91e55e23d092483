import { expect, it } from 'vitest';
import { Shelf, type Answer, type Shown } from './shelf';

function answer(id: string, content: string, isGrowing = false): Answer {
  return { id, content, isGrowing };
}

function block(code: string, info = 'html'): string {
  return `\`\`\`${info}\n${code}\n\`\`\`\n`;
}

function ids({ artifacts }: Shown): Record<string, string[]> {
  return Object.fromEntries(
    [...artifacts].map(([key, { versions }]) => [key, versions.map(({ id }) => id)]),
  );
}

const CLOCK = '<title>Clock</title>';

it('blocks of one kind and title are versions, down the branch', () => {
  const shown = new Shelf().of([
    answer('a', `Here:\n\n${block(CLOCK)}\n${block('print(1)', 'python')}`),
    answer('b', `- a list\n\n  ${block('<title> clock</title>2').replaceAll('\n', '\n  ')}`),
    answer('c', block('<title>Other</title>') + block('<svg></svg>', 'svg')),
  ]);
  expect(ids(shown)).toEqual({
    'html:clock': ['a:0', 'b:0'],
    'html:other': ['c:0'],
    'svg:': ['c:1'],
  });
});

it('all of a kind without a title are one', () => {
  const shown = new Shelf().of([
    answer('a', block('<p>1') + block('<p>2')),
    answer('b', block('<p>3')),
  ]);
  expect(ids(shown)).toEqual({ 'html:': ['a:0', 'a:1', 'b:0'] });
});

it('style and script go to the page before them, or else to the first', () => {
  const content =
    block('p{}', 'css') +
    block('<title>A</title>') +
    block('a()', 'js') +
    block('<title>B</title>') +
    block('b()', 'js');
  const { artifacts } = new Shelf().of([answer('a', content)]);
  const [first, second] = [...artifacts.values()].map(({ versions }) => versions[0]?.code ?? '');
  expect(first).toContain('p{}');
  expect(first).toContain('a()');
  expect(first).not.toContain('b()');
  expect(second).toContain('b()');
});

it('style and script are artifacts of their own where there is no page', () => {
  const content = block('p{}', 'css') + block('a()', 'js');
  expect(ids(new Shelf().of([answer('a', content)]))).toEqual({
    'css:': ['a:0'],
    'javascript:': ['a:1'],
  });
});

it('a block counts once its end is there, and is told of before', () => {
  const shelf = new Shelf();
  const whole = `Text\n${block(`${CLOCK}\n<p>`)}More`;
  const at = (end: string) => whole.slice(0, whole.indexOf(end) + end.length);
  const grow = (content: string) => {
    const shown = shelf.of([answer('a', content, true)]);
    return [ids(shown), shown.unfinished];
  };
  expect(grow(at('Text\n'))).toEqual([{}, []]);
  expect(grow(at('```ht'))).toEqual([{}, []]);
  expect(grow(at('```html\n'))).toEqual([{}, [{ kind: 'html', title: '' }]]);
  expect(grow(at(`${CLOCK}\n`))).toEqual([{}, [{ kind: 'html', title: 'Clock' }]]);
  // Until its line ends it could be the begin of something else.
  expect(grow(at('<p>\n```'))).toEqual([{}, [{ kind: 'html', title: 'Clock' }]]);
  expect(grow(at('<p>\n```\n'))).toEqual([{ 'html:clock': ['a:0'] }, []]);
  expect(ids(shelf.of([answer('a', whole)]))).toEqual({ 'html:clock': ['a:0'] });
});

it('a block that was never ended counts once nothing more comes', () => {
  expect(ids(new Shelf().of([answer('a', '```html\n<p>')]))).toEqual({ 'html:': ['a:0'] });
});

it('what has not changed is not read again', () => {
  const shelf = new Shelf();
  const version = (shown: Shown) => shown.artifacts.get('html:clock')?.versions[0];
  const before = version(shelf.of([answer('a', block(CLOCK))]));
  expect(version(shelf.of([answer('a', block(CLOCK)), answer('b', 'x', true)]))).toBe(before);
});
