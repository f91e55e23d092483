/** Puts the render-blocking theme script into the page: a file of its own, for the page's CSP allows no inline script. */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

export function themeBoot(source: string): Plugin {
  let reference = '';
  return {
    name: 'dost-theme-boot',
    apply: 'build',
    buildStart() {
      reference = this.emitFile({
        type: 'asset',
        name: 'theme-boot.js',
        source: readFileSync(source, 'utf-8'),
      });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const file = Object.values(bundle ?? {}).find((part) =>
          part.fileName.startsWith('assets/theme-boot'),
        );
        return file && reference
          ? [{ tag: 'script', attrs: { src: `./${file.fileName}` }, injectTo: 'head-prepend' }]
          : [];
      },
    },
  };
}
