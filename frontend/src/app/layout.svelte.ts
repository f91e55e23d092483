const STORED = 'dost.sidebar';
/** Under this width the sidebar is a drawer. */
const DRAWER_BELOW_PX = 768;

/** Whether the sidebar stands beside the conversation or slides over it, and whether it is open. */
export class Layout {
  narrow = $state(false);
  #wideOpen = $state(localStorage.getItem(STORED) !== 'closed');
  #drawerOpen = $state(false);

  readonly open = $derived(this.narrow ? this.#drawerOpen : this.#wideOpen);
  readonly drawer = $derived(this.narrow && this.#drawerOpen);

  constructor(private readonly alwaysNarrow: boolean) {
    this.narrow = alwaysNarrow;
  }

  /** An attachment for the app's outermost element. */
  measure = (node: HTMLElement): (() => void) => {
    const sizes = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      this.narrow = this.alwaysNarrow || width < DRAWER_BELOW_PX;
    });
    sizes.observe(node);
    return () => sizes.disconnect();
  };

  toggle(): void {
    if (this.narrow) {
      this.#drawerOpen = !this.#drawerOpen;
      return;
    }
    this.#wideOpen = !this.#wideOpen;
    localStorage.setItem(STORED, this.#wideOpen ? 'open' : 'closed');
  }

  closeDrawer = (): void => {
    this.#drawerOpen = false;
  };
}
