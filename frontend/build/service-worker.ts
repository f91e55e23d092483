/** Tells the service worker which files the page needs to start. */
import type { Plugin, Rolldown } from 'vite';

const PLACE = '__BUILD__';

type Bundle = Rolldown.OutputBundle;
type Chunk = Rolldown.OutputChunk;

export function serviceWorker(entry: string): Plugin {
  return {
    name: 'dost-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle[entry];
        const page = Object.values(bundle).find(
          (part): part is Chunk => part.type === 'chunk' && part.isEntry && part.name === 'page',
        );
        if (worker?.type !== 'chunk' || !page) return;
        const build = { entry: page.fileName, files: neededToStart(page, bundle) };
        worker.code = worker.code.replace(PLACE, JSON.stringify(build));
      },
    },
  };
}

/** The entry, what it imports at once, and the page's style sheet, icon and first script. */
function neededToStart(page: Chunk, bundle: Bundle): string[] {
  const found = new Set<string>([page.fileName]);
  for (const name of found) {
    const part = bundle[name];
    if (part?.type === 'chunk') part.imports.forEach((imported) => found.add(imported));
  }
  const beside = Object.keys(bundle).filter((name) =>
    /\/(page|theme-boot|icon)-[^/]*\.(css|js|svg)$/.test(name),
  );
  return [...new Set([...found, ...beside])].sort();
}
