/** Keeps repeated work from filling the main thread. */

/** After a run the thread is left free for this many times as long as the run took. */
const REST = 3;

/**
 * Runs the newest request in an animation frame, `interval` ms after the last at the earliest and
 * later when the last one was dear.
 */
export class Pace {
  #task: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;
  #notBefore = 0;

  constructor(private readonly interval: number) {}

  /** Runs `task` when it is due; a request still waiting is replaced by it. */
  request(task: () => void): void {
    this.#task = task;
    if (this.#timer !== undefined || this.#frame !== undefined) return;
    const wait = this.#notBefore - performance.now();
    if (wait > 16)
      this.#timer = setTimeout(() => {
        this.#onFrame();
      }, wait);
    else this.#onFrame();
  }

  /** Forgets the request that waits. */
  cancel(): void {
    clearTimeout(this.#timer);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#timer = this.#frame = this.#task = undefined;
  }

  #onFrame(): void {
    this.#timer = undefined;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#run();
    });
  }

  #run(): void {
    const start = performance.now();
    const task = this.#task;
    this.#task = undefined;
    task?.();
    const end = performance.now();
    this.#notBefore = end + Math.max(this.interval, REST * (end - start));
  }
}
