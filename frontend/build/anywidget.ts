/** Makes a module of anywidget's bundle, which hands what it makes to a loader of the AMD kind. */
import type { Plugin } from 'vite';

const HANDED_OVER = /^define\(\[[^\]]*\],\s*(\w+)\);\s*$/m;

export function anywidget(): Plugin {
  return {
    name: 'dost-anywidget',
    transform: {
      filter: { id: /\/node_modules\/anywidget\/dist\/index\.js$/ },
      handler(code) {
        if (!HANDED_OVER.test(code)) throw new Error("anywidget's bundle ends in another way.");
        return { code: code.replace(HANDED_OVER, 'export default $1;'), map: null };
      },
    },
  };
}
