const WAIT_MS = 300;

/** Saves the newest of many quick changes, a moment after the last one, one at a time. */
export class Saving<Value> {
  #next: { value: Value } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;

  constructor(
    private readonly save: (value: Value) => Promise<unknown>,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Whether something is not saved yet. */
  get pending(): boolean {
    return this.#next !== null || this.#running !== null;
  }

  put(value: Value): void {
    this.#next = { value };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), WAIT_MS);
  }

  /** Saves what waits at once; resolves when all of it is saved or was refused. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running ??= this.#saveAll().finally(() => (this.#running = null));
    await this.#running;
  }

  async #saveAll(): Promise<void> {
    for (let next = this.#next; next; next = this.#next) {
      this.#next = null;
      await this.save(next.value).catch(this.failed);
    }
  }
}
