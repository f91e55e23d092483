const NEAR_PX = 48;

/** Keeps a scroller at its end while the reader is there, and lets go when they scroll up. */
export class FollowEnd {
  /** Whether the reader is at the end. */
  atEnd = $state(true);
  #scroller: HTMLElement | null = null;
  #lastTop = 0;

  /** An attachment for the scroller; its first child is what grows. */
  attach = (scroller: HTMLElement): (() => void) => {
    this.#scroller = scroller;
    const onscroll = (): void => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      const near = scrollHeight - clientHeight - scrollTop < NEAR_PX;
      // Growth alone never moves the reader up; only the reader does.
      if (near) this.atEnd = true;
      else if (scrollTop < this.#lastTop) this.atEnd = false;
      this.#lastTop = scrollTop;
    };
    const grown = new ResizeObserver(() => {
      if (this.atEnd) this.#toEnd();
    });
    grown.observe(scroller);
    if (scroller.firstElementChild) grown.observe(scroller.firstElementChild);
    scroller.addEventListener('scroll', onscroll, { passive: true });
    return () => {
      grown.disconnect();
      scroller.removeEventListener('scroll', onscroll);
      this.#scroller = null;
    };
  };

  jump(): void {
    this.atEnd = true;
    this.#toEnd();
  }

  /** Stays where the reader is taken, whatever grows below. */
  release(): void {
    this.atEnd = false;
  }

  #toEnd(): void {
    this.#scroller?.scrollTo({ top: this.#scroller.scrollHeight });
  }
}
