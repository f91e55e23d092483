/** Writes `.br` and `.gz` beside every text asset, so that the server never compresses. */
import { readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = new Set(['.js', '.mjs', '.css', '.svg', '.json', '.webmanifest']);
const SMALLEST_WORTH_IT = 1024;
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

export function compress(): Plugin {
  return {
    name: 'dost-compress',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => TEXT.has(extname(file)))) {
        const path = join(dir, name);
        const bytes = await readFile(path);
        if (bytes.length < SMALLEST_WORTH_IT) continue;
        const [br, gz] = await Promise.all([brotli(bytes), zip(bytes, { level: 9 })]);
        await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
      }
    },
  };
}
