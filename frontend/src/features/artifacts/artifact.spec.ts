import { expect, it } from 'vitest';
import { fileNameOf, kindOf, titleOf, type Kind } from './artifact';

it.each([
  ['html', '<p>', 'html'],
  ['HTML', '<p>', 'html'],
  ['svg', '<svg/>', 'svg'],
  ['xml', '<?xml version="1.0"?>\n<!-- a drawing -->\n<svg viewBox="0 0 1 1"/>', 'svg'],
  ['xml', '<feed/>', undefined],
  ['mermaid', 'graph TD', 'mermaid'],
  ['md', '# a', 'markdown'],
  ['css', 'p {}', 'css'],
  ['JS', 'document.body.append(1)', 'javascript'],
  ['js', '// to import a thing\nprocessed.require = important(1)', 'javascript'],
  ['js', 'const fs = require("fs")', undefined],
  ['js', 'console.log(process.argv)', undefined],
  ['mjs', "import fs from 'fs'", undefined],
  ['mjs', 'import { a } from "./a.js"', undefined],
  ['ts', 'let a: number', undefined],
  ['constructor', '', undefined],
  ['', '<html></html>', undefined],
])('a block of %j that begins with %j is shown as %s', (language, code, kind) => {
  expect(kindOf({ language, code })).toBe(kind);
});

it.each<[Kind, string, string, string]>([
  ['html', '<title>\n My &amp; page&#33; </title><h1>No</h1>', '', 'My & page!'],
  ['html', '<h1 class="a">Hello <em>there</em></h1>', 'x.html', 'Hello there'],
  ['html', '<p>No title', 'x.html', 'x.html'],
  ['html', '<p>No title', '', ''],
  ['svg', '<svg><title>A star</title></svg>', '', 'A star'],
  ['mermaid', '---\ntitle: Flow\n---\ngraph TD', '', 'Flow'],
  ['mermaid', 'graph TD', 'Steps', 'Steps'],
  ['markdown', 'Text\n\n## The **plan** ##\n', 'plan.md', 'The plan'],
  ['markdown', '# In C#', '', 'In C#'],
])('the title of %s %j in a fence that says %j is %j', (kind, code, fence, title) => {
  expect(titleOf(kind, code, fence)).toBe(title);
});

it.each<[Kind, string, string]>([
  ['html', 'My page: a/b', 'My-page-ab.html'],
  ['html', 'index.html', 'index.html'],
  ['svg', '../../etc/passwd', 'etcpasswd.svg'],
  ['mermaid', '', 'artifact.mmd'],
  ['markdown', 'Günlük İş', 'Günlük-İş.md'],
])('%s that is called %j is saved as %s', (kind, title, name) => {
  expect(fileNameOf({ id: '', kind, title, code: '' })).toBe(name);
});

it.each<[Kind, string]>([
  ['html', '<title>'],
  ['html', '<h1 '],
  ['markdown', `# a${' '.repeat(50_000)}b\n`],
  ['mermaid', '---\n'],
])('looks for the title of %s among many %j in bounded time', (kind, part) => {
  const begin = performance.now();
  titleOf(kind, part.repeat(1 + 100_000 / part.length), '');
  expect(performance.now() - begin).toBeLessThan(2_000);
});
