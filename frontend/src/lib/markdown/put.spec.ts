import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '../..');
const SETS_HTML =
  /\{@html|innerHTML|outerHTML|insertAdjacentHTML|setHTML|srcdoc|DOMParser|createContextualFragment|document\.write/;

it('HTML is set in one place of the whole tree', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|svelte|js)$/.test(name) && !name.endsWith('.spec.ts'))
    .filter((name) => SETS_HTML.test(readFileSync(join(SOURCE, name), 'utf8')));
  const here = relative(SOURCE, import.meta.dirname);
  expect(files).toEqual([join(here, 'put.ts')]);
});
