/** Starts the page where there is no server: its shell and code are kept, its data is not. */
import { answererOf, outdated } from './routing';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: the page's entry, which names the build, and all it needs to start. */
declare const __BUILD__: { entry: string; files: string[] };

const SHELL = 'offline';
/** A proxy's words for "nobody is behind me". */
const NOBODY_BEHIND = [502, 504];
const { scope } = self.registration;
const build = __BUILD__;
const caches_ = `dost-shell:${scope}:`;
const current = caches_ + build.entry;

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const answerer = answererOf(event.request, scope);
  if (answerer === 'page') event.respondWith(page(event.request));
  else if (answerer === 'asset') event.respondWith(asset(event.request));
});

/** Nothing of a build that is shown now depends on the worker, so a new one need not wait. */
async function install(): Promise<void> {
  const cache = await caches.open(current);
  // A sign-in page that somebody put before the server is not the shell.
  const shell = new Request(SHELL, { redirect: 'error', cache: 'reload' });
  await cache.addAll([shell, ...build.files]);
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  const ours = (await caches.keys()).filter((name) => name.startsWith(caches_));
  await Promise.all(outdated(ours, current).map((name) => caches.delete(name)));
  await self.clients.claim();
  for (const client of await self.clients.matchAll()) client.postMessage({ build: build.entry });
}

/** The server's page, always, as long as there is a server. */
async function page(request: Request): Promise<Response> {
  const answer = await fetch(request).catch(() => Response.error());
  const away = answer.type === 'error' || NOBODY_BEHIND.includes(answer.status);
  const kept = away ? await caches.match(SHELL, { cacheName: current }) : undefined;
  return kept ?? answer;
}

/** A hashed file never changes, so whoever has it first may answer. */
async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(current);
    await cache.put(request, answer.clone());
  }
  return answer;
}
