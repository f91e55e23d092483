/** Puts beside the page what some PDFs need: maps of Asian characters, a few fonts, a picture decoder. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const PARTS: Record<string, RegExp> = {
  cmaps: /\.bcmap$/,
  standard_fonts: /\.(pfb|ttf)$/,
  // The page's policy lets no WebAssembly run; this is the same in JavaScript.
  wasm: /nowasm.*\.js$/,
};

const manifest = createRequire(import.meta.url).resolve('pdfjs-dist/package.json');
const root = dirname(manifest);
const { version } = JSON.parse(readFileSync(manifest, 'utf-8')) as { version: string };

/** Where the data is, seen from a script of the build: its files never change under this name. */
export const PDF_DATA = `./pdfjs-${version}/`;

export function pdfData(): Plugin {
  return {
    name: 'dost-pdf-data',
    apply: 'build',
    generateBundle() {
      for (const [part, wanted] of Object.entries(PARTS)) {
        for (const name of readdirSync(join(root, part)).filter((file) => wanted.test(file))) {
          const source = readFileSync(join(root, part, name));
          this.emitFile({
            type: 'asset',
            fileName: `assets/${PDF_DATA.slice(2)}${part}/${name}`,
            source,
          });
        }
      }
    },
  };
}
