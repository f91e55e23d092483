import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { compress } from './build/compress.ts';
import { PDF_DATA, pdfData } from './build/pdf-data.ts';
import { serviceWorker } from './build/service-worker.ts';
import { themeBoot } from './build/theme-boot.ts';

/** Its address never changes: by it a browser finds the next build. */
const WORKER = 'sw.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const BASE =
  /node_modules\/(svelte|clsx|esm-env)\/|lucide\/svelte\/dist\/(Icon|icons\/(copy|download|file-text|library)\.)|src\/lib\/(api|i18n\/(?!tr[/-])|router|sse|ui|web-address)|src\/theme\/(accent|colour|look)/;

export default defineConfig({
  base: './',
  plugins: [
    tailwindcss(),
    // Styles travel inside the components, so that they also reach the panel's shadow root.
    svelte({ emitCss: false }),
    themeBoot(here('src/theme/boot.js')),
    serviceWorker(WORKER),
    pdfData(),
    compress(),
  ],
  resolve: {
    // Mermaid brings a KaTeX of its own version; one is enough.
    dedupe: ['katex'],
    alias: { $lib: here('src/lib') },
    conditions: process.env['VITEST'] ? ['browser'] : undefined,
  },
  define: { __PDF_DATA__: JSON.stringify(PDF_DATA) },
  worker: { format: 'es' },
  build: {
    outDir: here('../dost_ext/static'),
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        page: here('index.html'),
        panel: here('src/panel.ts'),
        worker: here('src/worker/service-worker.ts'),
      },
      output: {
        entryFileNames: ({ name }) => (name === 'worker' ? WORKER : 'assets/[name]-[hash].js'),
        // What the first load needs anyway is one file, not a dozen that parts loaded later share.
        codeSplitting: { groups: [{ name: 'base', test: BASE }] },
      },
      preserveEntrySignatures: 'exports-only',
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.spec.ts'],
    // A busy machine is no fault of what is tested; what hangs fails all the same.
    testTimeout: 60_000,
    retry: 1,
  },
});
