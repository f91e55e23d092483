/** Who answers a request of the page. */
export type Answerer = 'page' | 'asset' | 'network';

interface Asked {
  method: string;
  url: string;
  mode: string;
  destination: string;
}

const API = /^(?:api|v1)(?:[/?]|$)/;

/**
 * The worker answers for the page's own addresses and its hashed files. Everything else passes
 * untouched: the API with its streams, uploads and downloads, frames, and what is not dost's.
 */
export function answererOf(request: Asked, scope: string): Answerer {
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return 'network';
  const path = request.url.slice(scope.length);
  if (path.startsWith('assets/')) return 'asset';
  const document = request.mode === 'navigate' && request.destination === 'document';
  return document && !API.test(path) ? 'page' : 'network';
}

/** Which of the builds' caches are of no use once `current` works; the one before stays for old tabs. */
export function outdated(caches: string[], current: string): string[] {
  return caches.filter((name) => name !== current).slice(0, -1);
}
