/** Lines on which code is followed as it runs, of which a browser has few. */

export interface Line {
  release(): void;
}

const NAME = 'dost.execution';

/**
 * The line, where it is free; null where it is not. A browser has six connections to a server for
 * all its tabs. Each tab keeps one or more open for itself; were all in use, nothing could be
 * stopped any more. Only a secure page can know what other tabs do; any other takes no line.
 */
export async function takeLine(): Promise<Line | null> {
  // The type does not know of pages that are not secure.
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return null;
  return new Promise((resolve) => {
    const taken = locks.request(NAME, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise<void>((release) => resolve({ release }));
    });
    taken.catch(() => resolve(null));
  });
}
