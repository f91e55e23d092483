import type { User } from './types';

const MOST_CONVERSATIONS = 50;
const MESSAGES = /\/conversations\/([^/?]+)\/messages$/;

/**
 * What this browser's user read last, kept for the time without a server. It belongs to one user:
 * it goes when they sign out, and before anyone else begins.
 */
export class Kept {
  #owner: string | null;
  #emptied: Promise<unknown> = Promise.resolve();
  readonly #prefix: string;

  constructor(private readonly base: string) {
    this.#prefix = `dost-kept:${base}:`;
    this.#owner = localStorage.getItem(this.#prefix);
  }

  /** From now on it is `user` who reads. */
  async begin(user: User): Promise<void> {
    if (this.#owner !== user.id) {
      this.end();
      this.#owner = user.id;
      localStorage.setItem(this.#prefix, user.id);
    }
    await this.put('auth/me', Response.json(user));
  }

  /** Nobody reads any more: everything goes. */
  end(): void {
    this.#owner = null;
    localStorage.removeItem(this.#prefix);
    this.#emptied = this.#empty();
  }

  async get<T>(path: string): Promise<T | null> {
    const found = await (await this.#cache())?.match(this.#key(path));
    return found ? ((await found.json()) as T) : null;
  }

  async put(path: string, answer: Response): Promise<void> {
    const cache = await this.#cache();
    if (!cache) return;
    await cache.put(this.#key(path), answer);
    if (MESSAGES.test(path)) await this.#forgetOldest(cache);
  }

  /** Forgets a conversation, or all of them. */
  async forget(id?: string): Promise<void> {
    const cache = await this.#cache();
    if (!cache) return;
    const begins = new URL(this.#key(`conversations${id ? `/${id}` : ''}`), location.href).href;
    const gone = (await cache.keys()).filter(({ url }) => url.startsWith(begins));
    await Promise.all(gone.map((request) => cache.delete(request)));
  }

  /** The newest come last, as each is put in anew. */
  async #forgetOldest(cache: Cache): Promise<void> {
    const kept = (await cache.keys()).flatMap(({ url }) => MESSAGES.exec(url)?.[1] ?? []);
    await Promise.all(kept.slice(0, -MOST_CONVERSATIONS).map((id) => this.forget(id)));
  }

  /** Named for its owner: what a tab still writes for the last one, the next never sees. */
  async #cache(): Promise<Cache | null> {
    await this.#emptied;
    return this.#owner === null ? null : await caches.open(this.#prefix + this.#owner);
  }

  async #empty(): Promise<void> {
    const ours = (await caches.keys()).filter((name) => name.startsWith(this.#prefix));
    await Promise.all(ours.map((name) => caches.delete(name)));
  }

  #key(path: string): string {
    return `${this.base}api/v1/${path}`;
  }
}

/** The store for the page below `base`; null where browsers keep nothing (not HTTPS, not localhost). */
export function keptBelow(base: string): Kept | null {
  return 'caches' in globalThis ? new Kept(base) : null;
}
