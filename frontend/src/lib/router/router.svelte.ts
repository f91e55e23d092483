import { createContext } from 'svelte';

/** Where a path is kept: the browser's history for the page, memory for a panel. */
export interface Location {
  read(): string;
  push(path: string): void;
  replace(path: string): void;
  back(): void;
  listen(changed: () => void): () => void;
}

/** What is shown, always without the base URL and beginning with a slash. */
export class Router {
  #at = $state('/');

  /** The path with its query: where one can come back to. */
  readonly address = $derived(this.#at);
  readonly path = $derived(this.#at.split('?', 1)[0] ?? '/');
  readonly query = $derived(new URLSearchParams(this.#at.slice(this.path.length)));

  /** Grows with each way that is gone, also to where one is already. */
  visits = $state(0);

  constructor(
    private readonly location: Location,
    private readonly base: string,
  ) {
    this.#at = location.read();
  }

  start(): () => void {
    return this.location.listen(() => (this.#at = this.location.read()));
  }

  go(path: string): void {
    this.visits += 1;
    if (path === this.#at) return;
    this.location.push(path);
    this.#at = this.location.read();
  }

  replace(path: string): void {
    this.location.replace(path);
    this.#at = this.location.read();
  }

  /** What a link's `href` says: middle-click and "copy link" work. */
  href(path: string): string {
    return this.base.replace(/\/$/, '') + path;
  }

  /** Takes plain clicks on our own links; everything else is the browser's. */
  onclick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event
      .composedPath()
      .find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement);
    const path = link?.dataset['path'];
    if (path === undefined) return;
    event.preventDefault();
    this.go(path);
  };

  /** Attributes of a link inside the app. */
  link(path: string): { href: string; 'data-path': string } {
    return { href: this.href(path), 'data-path': path };
  }
}

export function pageLocation(base: string): Location {
  const prefix = base.replace(/\/$/, '');
  return {
    read() {
      const { pathname, search } = window.location;
      return (pathname.slice(prefix.length) || '/') + search;
    },
    push: (path) => window.history.pushState(null, '', prefix + path),
    replace: (path) => window.history.replaceState(null, '', prefix + path),
    back: () => window.history.back(),
    listen(changed) {
      window.addEventListener('popstate', changed);
      return () => window.removeEventListener('popstate', changed);
    },
  };
}

export function memoryLocation(): Location {
  const stack = ['/'];
  return {
    read: () => stack.at(-1) ?? '/',
    push: (path) => void stack.push(path),
    replace: (path) => void stack.splice(-1, 1, path),
    back: () => void (stack.length > 1 && stack.pop()),
    listen: () => () => undefined,
  };
}

export const [getRouter, setRouter] = createContext<Router>();
