import { on } from 'svelte/events';

/** What changes within this time is read together. */
const TOGETHER_MS = 120;
/** How long code that runs may go on writing before it is looked at again. */
const BETWEEN_MS = 3_000;

/**
 * Decides when to read again what code writes: when something has happened, and every few seconds
 * while code runs. Never twice at the same time, and not while the page cannot be seen.
 */
export class Refresh {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #reading = false;
  /** Whether something has happened that is not read yet. */
  #due = false;
  #began = -Infinity;
  #stopped = false;

  /** `read` does not throw. */
  constructor(private readonly read: () => Promise<void>) {}

  /** Begins with reading; the result ends all of it. */
  start(): () => void {
    const off = on(document, 'visibilitychange', () => {
      if (this.#due || this.#running) this.#plan();
    });
    void this.now();
    return () => {
      this.#stopped = true;
      clearTimeout(this.#timer);
      off();
    };
  }

  /** Something has happened. */
  soon(): void {
    this.#due = true;
    this.#plan();
  }

  /** Code begins to run, or has ended. */
  running(running: boolean): void {
    if (running === this.#running) return;
    this.#running = running;
    if (running) this.#plan();
    else this.soon();
  }

  /** Somebody waits for it. */
  async now(): Promise<void> {
    this.#due = true;
    clearTimeout(this.#timer);
    if (this.#reading || this.#stopped) return;
    this.#reading = true;
    this.#due = false;
    this.#began = Date.now();
    await this.read();
    this.#reading = false;
    if (this.#due || this.#running) this.#plan();
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#reading || this.#stopped || document.hidden) return;
    const rest = this.#running ? this.#began + BETWEEN_MS - Date.now() : 0;
    this.#timer = setTimeout(() => void this.now(), Math.max(rest, TOGETHER_MS));
  }
}
