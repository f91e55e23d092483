/** Asks the worker to highlight; where there can be no worker, code stays plain. */

/** Code longer than this, in characters, is shown plain. */
const LONGEST = 200_000;

export interface ToHighlight {
  id: number;
  code: string;
  /** The name of a grammar. */
  language: string;
}

export interface Highlighted {
  id: number;
  /** Undefined when the grammar could not be fetched. */
  chunks: string[] | undefined;
}

type Answer = (chunks: string[] | undefined) => void;

const waiting = new Map<number, Answer>();
let worker: Worker | undefined;
let isBroken = false;
let asked = 0;

function start(): Worker {
  const started = new Worker(new URL('./highlight.worker.ts', import.meta.url), { type: 'module' });
  started.addEventListener('message', ({ data }: MessageEvent<Highlighted>) => {
    answer(data.id, data.chunks);
  });
  started.addEventListener('error', () => {
    isBroken = true;
    for (const id of [...waiting.keys()]) answer(id, undefined);
  });
  return started;
}

function answer(id: number, chunks: string[] | undefined): void {
  waiting.get(id)?.(chunks);
  waiting.delete(id);
}

/** The chunks of `code` as HTML, all of its text escaped; undefined when it has to stay plain. */
export function highlighted(code: string, language: string): Promise<string[] | undefined> {
  if (isBroken || code.length > LONGEST) return Promise.resolve(undefined);
  try {
    worker ??= start();
  } catch {
    isBroken = true;
    return Promise.resolve(undefined);
  }
  asked += 1;
  const request: ToHighlight = { id: asked, code, language };
  return new Promise((resolve) => {
    waiting.set(request.id, resolve);
    worker?.postMessage(request);
  });
}
