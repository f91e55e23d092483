const NEAR_PX = 48;
const MARGIN_PX = 16;

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

  /** Takes the reader to an element, and stays there whatever grows below. */
  show(element: Element): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    // Not by scrollIntoView, which moves everything around the scroller as well.
    const above = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTo({ top: scroller.scrollTop + above - MARGIN_PX });
    this.#lastTop = scroller.scrollTop;
    this.atEnd = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < NEAR_PX;
  }

  #toEnd(): void {
    this.#scroller?.scrollTo({ top: this.#scroller.scrollHeight });
  }
}
