/** Gives one element the whole screen, or the whole window where the browser allows no more. */
export class FullScreen {
  on = $state(false);
  #node: HTMLElement | null = null;

  /** An attachment for the element. */
  readonly attach = (node: HTMLElement): (() => void) => {
    this.#node = node;
    const changed = () => {
      // Inside a shadow tree the document names its host.
      const root = node.getRootNode() as Document | ShadowRoot;
      this.on = root.fullscreenElement === node || node.popover !== null;
    };
    const keydown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !this.on) return;
      event.preventDefault();
      event.stopPropagation();
      this.leave();
    };
    document.addEventListener('fullscreenchange', changed);
    node.addEventListener('keydown', keydown);
    return () => {
      document.removeEventListener('fullscreenchange', changed);
      node.removeEventListener('keydown', keydown);
      this.leave();
      this.#node = null;
    };
  };

  async enter(): Promise<void> {
    const node = this.#node;
    if (!node || this.on) return;
    try {
      // An iPhone has none for elements, and a frame may not be allowed it.
      if (!document.fullscreenEnabled) throw new Error('not allowed');
      await node.requestFullscreen();
    } catch {
      // In the top layer, as an element that is moved in the tree would lose its frames.
      node.popover = 'manual';
      node.showPopover();
      this.on = true;
    }
  }

  leave(): void {
    const node = this.#node;
    if (!node || !this.on) return;
    if (node.popover === null) void document.exitFullscreen().catch(() => undefined);
    else {
      node.hidePopover();
      node.popover = null;
      this.on = false;
    }
  }
}
