import { whenIdle } from '$lib/when-idle';

/** Installs the worker that starts the page without a server, and hears of newer builds. */
export class Builds {
  #registration: ServiceWorkerRegistration | null = null;
  #offered = false;

  constructor(
    private readonly base: string,
    private readonly build: string,
    /** Told once, when the page shown is not the newest any more. */
    private readonly newer: () => void,
  ) {}

  start(): () => void {
    const workers: ServiceWorkerContainer | undefined = navigator.serviceWorker;
    const heard = ({ data }: MessageEvent<{ build: string }>): void => {
      if (!this.build.endsWith(data.build)) this.#offer();
    };
    const seen = (): void => void (document.visibilityState === 'visible' && this.look());
    workers?.addEventListener('message', heard);
    document.addEventListener('visibilitychange', seen);
    // A part of this build could not be loaded: most likely another build is there now.
    window.addEventListener('vite:preloadError', this.#missing);
    void this.#install(workers);
    return () => {
      workers?.removeEventListener('message', heard);
      document.removeEventListener('visibilitychange', seen);
      window.removeEventListener('vite:preloadError', this.#missing);
    };
  }

  /** Looks whether the server has another build. */
  look(): void {
    this.#registration?.update().catch(() => undefined);
  }

  async #install(workers: ServiceWorkerContainer | undefined): Promise<void> {
    try {
      const { base } = this;
      // Its copies of the page's files are of no use before the page itself is.
      await whenIdle();
      this.#registration = (await workers?.register(`${base}sw.js`, { scope: base })) ?? null;
    } catch {
      // Without a worker the page works as any other: only with its server.
    }
  }

  #missing = (): void => {
    if (navigator.onLine) this.#offer();
  };

  #offer(): void {
    if (this.#offered) return;
    this.#offered = true;
    this.newer();
  }
}
