/** Whether the server can be reached, from what the browser and the open stream know. */
export class Connection {
  #network = $state(navigator.onLine);
  #server = $state(true);

  /** Whether the device has a network at all. */
  readonly network = $derived(this.#network);
  readonly ok = $derived(this.#network && this.#server);

  constructor(reachable: boolean) {
    this.#server = reachable;
  }

  server = (reachable: boolean): void => {
    this.#server = reachable;
  };

  start(): () => void {
    const online = (): void => void (this.#network = true);
    const offline = (): void => void (this.#network = false);
    window.addEventListener('online', online);
    window.addEventListener('offline', offline);
    return () => {
      window.removeEventListener('online', online);
      window.removeEventListener('offline', offline);
    };
  }
}
