import { expect, it } from 'vitest';
import { Shelf, type Answer } from './shelf';
import { Viewing } from './viewing.svelte';

function answers(...titles: string[]): Answer[] {
  return titles.map((title, at) => ({
    id: `m${at}`,
    content: `\`\`\`html\n<title>${title}</title>\n\`\`\``,
    isGrowing: false,
  }));
}

function looking(first: Answer[]) {
  const shelf = new Shelf();
  let shown = $state.raw(shelf.of(first));
  return {
    viewing: new Viewing(() => shown),
    become: (next: Answer[]) => (shown = shelf.of(next)),
  };
}

it('whoever looks at the newest version follows to a newer one', () => {
  const { viewing, become } = looking(answers('A', 'A'));
  viewing.open('m1:0');
  expect([viewing.index, viewing.newer]).toEqual([1, null]);
  become(answers('A', 'A', 'A'));
  expect([viewing.index, viewing.newer]).toEqual([2, null]);
});

it('whoever looks at an older one stays, and hears of what came since', () => {
  const { viewing, become } = looking(answers('A', 'A'));
  viewing.open('m0:0');
  expect([viewing.index, viewing.newer]).toEqual([0, null]);
  become(answers('A', 'A', 'A'));
  expect([viewing.index, viewing.newer]).toEqual([0, 3]);
  viewing.turnToNewest();
  expect([viewing.index, viewing.newer, viewing.before?.id]).toEqual([2, null, 'm1:0']);
});

it('a style or a script opens the page that it was put into', () => {
  const { viewing } = looking([
    { id: 'm', content: '```html\n<p>\n```\n```css\np{}\n```\n', isGrowing: false },
  ]);
  viewing.open('m:1');
  expect(viewing.version?.id).toBe('m:0');
});

it('another branch has other versions, or none', () => {
  const { viewing, become } = looking(answers('A', 'A', 'A'));
  viewing.open('m1:0');
  become(answers('A'));
  expect(viewing.version?.id).toBe('m0:0');
  become(answers('B'));
  expect(viewing.version).toBeUndefined();
  become(answers('A', 'A'));
  expect(viewing.version?.id).toBe('m1:0');
});

it('knows what is being written of it', () => {
  const { viewing, become } = looking(answers('A'));
  viewing.open('m0:0');
  const write = (content: string) => {
    become([...answers('A'), { id: content, content, isGrowing: true }]);
    return viewing.coming;
  };
  expect(write('```html\n')).toBe(2);
  expect(write('```html\n<title>A</title>\n')).toBe(2);
  expect(write('```html\n<title>B</title>\n')).toBeNull();
  expect(write('```svg\n<svg>\n')).toBeNull();
});
