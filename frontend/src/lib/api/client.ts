import { EventParser, type ServerEvent } from '../sse/parser';
import { errorFrom, isPassing, NetworkError } from './errors';
import type { Kept } from './kept';
import { noteDeletion, takeDeletions } from './parting';
import { refreshOnce } from './refresh';
import { upload } from './upload';

export interface ClientConfig {
  /** Ends with a slash: `/dost/`. */
  baseUrl: string;
  xsrfCookie: string;
  /** Where what was read is kept for the time without a server. */
  kept?: Kept | null;
}

interface Options {
  method?: string;
  body?: unknown;
  signal?: AbortSignal;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
  /** Told when a stream has begun, before its first event. */
  opened?: () => void;
}

const SAFE = new Set(['GET', 'HEAD']);
/** The server pings every 15 s; after three of them the line is dead. */
const SILENCE_MS = 45_000;

/** The only place that speaks HTTP: cookies, XSRF, the refresh of a spent access cookie, errors. */
export class Client {
  /** Called when the session is over and cannot be refreshed. */
  onSignedOut: () => void = () => undefined;

  #parted: Promise<unknown> | null = null;

  constructor(private readonly config: ClientConfig) {}

  get kept(): Kept | null {
    return this.config.kept ?? null;
  }

  async request<T = undefined>(path: string, options: Options = {}): Promise<T> {
    await this.#predecessor();
    const response = await this.#authenticated(path, options);
    if (response.status === 204) return undefined as T;
    return (await this.#body(response)) as T;
  }

  /** Reads what is also kept; where there is no server, what was kept stands in for it. */
  async read<T>(path: string): Promise<T> {
    await this.#predecessor();
    try {
      const response = await this.#authenticated(path, {});
      const copy = response.clone();
      const body = (await this.#body(response)) as T;
      if (isForKeeping(body)) void this.kept?.put(path, copy).catch(() => undefined);
      return body;
    } catch (error) {
      const kept = isPassing(error) ? await this.kept?.get<T>(path) : null;
      if (kept == null) throw error;
      return kept;
    }
  }

  /** Sends a file, or a form without one; `sent` hears how much has gone, from 0 to 1. */
  async upload<T>(
    path: string,
    file: File | null,
    sent: (part: number) => void,
    method: 'POST' | 'PUT' = 'POST',
    signal?: AbortSignal,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    await this.#predecessor();
    const url = this.address(path);
    const started = Date.now();
    const once = () =>
      upload(url, file, cookie(this.config.xsrfCookie), sent, method, signal, fields);
    let response = await once();
    if (response.status === 401 && (await refreshOnce(started, () => this.#refresh())))
      response = await once();
    if (response.status === 401) this.onSignedOut();
    if (!response.ok) throw await errorFrom(response);
    return (await this.#body(response)) as T;
  }

  /** The bytes that `path` answers. */
  async blob(path: string): Promise<Blob> {
    await this.#predecessor();
    const response = await this.#authenticated(path, {});
    try {
      return await response.blob();
    } catch (cause) {
      throw new NetworkError('The answer broke off.', { cause });
    }
  }

  /** The file that `path` answers; throws what the server has against it. */
  async file(path: string): Promise<{ name: string; content: Blob }> {
    await this.#predecessor();
    const response = await this.#authenticated(path, {});
    const name = fileName(response.headers.get('Content-Disposition') ?? '');
    return { name, content: await response.blob() };
  }

  /** Saves what `path` answers as a file; throws as `file` does. */
  async save(path: string): Promise<void> {
    const { name, content } = await this.file(path);
    const url = URL.createObjectURL(content);
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    // The browser reads the address after the click has returned.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  /** Has the browser save what `path` answers, however large, once the session is fresh. */
  async download(path: string): Promise<void> {
    await this.request('auth/me');
    const link = document.createElement('a');
    link.href = this.address(path);
    link.download = '';
    link.click();
  }

  address(path: string): string {
    return this.below(`api/v1/${path}`);
  }

  /** An address of the page's own, not of the API. */
  below(path: string): string {
    return `${this.config.baseUrl}${path}`;
  }

  socketAddress(path: string): string {
    const url = new URL(this.address(path), window.location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url.href;
  }

  /** Yields the events of a stream; throws `NetworkError` when it breaks off or falls silent. */
  async *events(path: string, options: Options = {}): AsyncGenerator<ServerEvent> {
    await this.#predecessor();
    const response = await this.#authenticated(path, options);
    if (!response.body) throw new NetworkError('The stream has no body.');
    options.opened?.();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    try {
      for (;;) {
        const { done, value } = await withinSilence(reader.read());
        if (done) return;
        yield* parser.push(value);
      }
    } catch (cause) {
      if (options.signal?.aborted) return;
      throw cause instanceof NetworkError
        ? cause
        : new NetworkError('The stream broke off.', { cause });
    } finally {
      void reader.cancel().catch(() => undefined);
    }
  }

  /** Fetches the cookies that come with the page, for one that began without its server. */
  async visit(): Promise<void> {
    await fetch(this.config.baseUrl, { credentials: 'same-origin' }).catch(() => undefined);
  }

  /** Deletes something; when the page is `leaving`, without waiting for that. */
  async remove(path: string, leaving: boolean): Promise<void> {
    if (leaving) this.deleteLeaving(path);
    else await this.request(path, { method: 'DELETE' });
  }

  /** Deletes as the tab's last page is leaving: goes out at once and waits for nothing. */
  deleteLeaving(path: string): void {
    noteDeletion(path);
    void this.#fetch(path, { method: 'DELETE', keepalive: true }).catch(() => undefined);
  }

  /** Settles once what this tab's last page deleted as it left is gone. */
  #predecessor(): Promise<unknown> {
    this.#parted ??= Promise.allSettled(
      takeDeletions().map((path) => this.#authenticated(path, { method: 'DELETE' })),
    );
    return this.#parted;
  }

  async #authenticated(path: string, options: Options): Promise<Response> {
    const started = Date.now();
    const first = await this.#fetch(path, options);
    if (first.ok) return first;
    const renewable = first.status === 401 && !path.startsWith('auth/login');
    if (!renewable) throw await errorFrom(first);
    if (!(await refreshOnce(started, () => this.#refresh()))) {
      this.onSignedOut();
      throw await errorFrom(first);
    }
    const second = await this.#fetch(path, options);
    if (second.ok) return second;
    if (second.status === 401) this.onSignedOut();
    throw await errorFrom(second);
  }

  async #refresh(): Promise<boolean> {
    const response = await this.#fetch('auth/refresh', { method: 'POST' });
    if (response.status >= 500) throw await errorFrom(response);
    return response.ok;
  }

  async #fetch(path: string, { method = 'GET', body, signal, keepalive }: Options) {
    const headers = new Headers({ Accept: 'application/json, text/event-stream' });
    if (!SAFE.has(method)) headers.set('X-XSRFToken', cookie(this.config.xsrfCookie));
    if (body !== undefined) headers.set('Content-Type', 'application/json');
    try {
      return await fetch(this.address(path), {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ?? null,
        keepalive: keepalive ?? false,
        credentials: 'same-origin',
      });
    } catch (cause) {
      throw new NetworkError('The server cannot be reached.', { cause });
    }
  }

  async #body(response: Response): Promise<unknown> {
    try {
      return await response.json();
    } catch (cause) {
      throw new NetworkError('The answer broke off.', { cause });
    }
  }
}

/** A temporary chat leaves no trace. */
function isForKeeping(body: unknown): boolean {
  return !(typeof body === 'object' && body !== null && 'temporary' in body && body.temporary);
}

function cookie(name: string): string {
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
}

async function withinSilence<T>(read: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NetworkError('The stream fell silent.')), SILENCE_MS);
  });
  try {
    return await Promise.race([read, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** The name that a header gives to a file (RFC 6266). */
function fileName(header: string): string {
  const [, encoded] = /filename\*=UTF-8''([^;]+)/i.exec(header) ?? [];
  return encoded === undefined ? '' : decodeURIComponent(encoded);
}
