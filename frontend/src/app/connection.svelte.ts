/** Whether the server can be reached, from what the browser and the open stream know. */
export class Connection {
  #network = $state(navigator.onLine);
  #server = $state(true);

  readonly ok = $derived(this.#network && this.#server);

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
