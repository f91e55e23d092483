import { expect, it } from 'vitest';
import type { Kind } from './artifact';
import { documentOf, fileOf } from './document';

const version = (kind: Kind, code: string) => ({ id: 'a:0', kind, title: 'A & <b>', code });

it('a whole page is shown as it is', () => {
  const page = '<!DOCTYPE html><p>A';
  expect(documentOf(version('html', page))).toBe(page);
});

it('a part of one gets the rest, and keeps its lines', () => {
  const [first, second] = documentOf(version('html', '<p>1\n<p>2')).split('\n');
  expect(first).toMatch(/^<!doctype html>.*<title>A &amp; &lt;b><\/title>.*<body><p>1$/);
  expect(second).toBe('<p>2');
});

it('a script has an empty page, and its lines', () => {
  const [first, second] = documentOf(version('javascript', 'one()\n"</script>"')).split('\n');
  expect(first).toMatch(/<body><script>one\(\)$/);
  expect(second).toBe('"<\\/script>"');
});

it.each(['export const a = 1', 'const a = await 1', 'await f()'])('%j is a module', (code) => {
  expect(documentOf(version('javascript', code))).toContain('<script type="module">');
});

it('a style has elements to be seen on, and an element for each of its classes', () => {
  const css = '/* .no { */ .card, a.my-link:hover { margin: .5em } @media x { .btn-big { } } p{}';
  const page = documentOf(version('css', css));
  for (const element of ['h1', 'p', 'a', 'button', 'ul', 'table', 'input'])
    expect(page).toMatch(new RegExp(`<${element}[ >]`));
  expect(page.match(/class="[^"]*"/g)).toEqual([
    'class="card"',
    'class="my-link"',
    'class="btn-big"',
  ]);
});

it.each(['.a', 'a{', '{', '/*', '@import'])('looks through many %j in bounded time', (part) => {
  const begin = performance.now();
  documentOf(version('css', part.repeat(100_000 / part.length)));
  expect(performance.now() - begin).toBeLessThan(2_000);
});

it('a drawing is shown without what is for readers of XML', () => {
  const code = '<?xml version="1.0"?><!DOCTYPE svg><svg width="2"/>';
  expect(documentOf(version('svg', code))).toContain('<body><svg width="2"/>');
});

it('a drawing that is saved says what it is', () => {
  const xmlns = 'xmlns="http://www.w3.org/2000/svg"';
  expect(fileOf(version('svg', '<svg width="2"/>'))).toBe(`<svg ${xmlns} width="2"/>`);
  expect(fileOf(version('svg', `<svg ${xmlns}/>`))).toBe(`<svg ${xmlns}/>`);
});
