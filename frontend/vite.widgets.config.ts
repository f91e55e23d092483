/**
 * The frame that runs widgets is a build of its own: it shares no chunk with the page, which never
 * loads a byte of it.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { anywidget } from './build/anywidget.ts';
import { compress } from './build/compress.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [anywidget(), compress()],
  resolve: {
    alias: {
      $lib: here('src/lib'),
      // The page's own sanitiser: that one parses HTML by itself, and is four times as large.
      'sanitize-html': here('src/widget-frame/sanitize.ts'),
    },
  },
  build: {
    outDir: here('../dost_ext/static'),
    emptyOutDir: false,
    assetsInlineLimit: 0,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Nearly all of it is the widgets' own libraries.
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: {
      input: here('widgets.html'),
      output: { entryFileNames: 'assets/[name]-[hash].js' },
    },
  },
});
