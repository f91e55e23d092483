const NEAR_PX = 48;
const MARGIN_PX = 16;
const BY_READER = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

/** Keeps a scroller at its end while the reader is there, and lets go when they scroll up. */
export class FollowEnd {
  /** Whether the reader is at the end. */
  atEnd = $state(true);
  /** Where the reader was taken; it stays in place until they move themselves. */
  #held: Element | null = null;
  #scroller: HTMLElement | null = null;
  #lastTop = 0;

  /** An attachment for the scroller; its first child is what grows. */
  attach = (scroller: HTMLElement): (() => void) => {
    this.#scroller = scroller;
    const onscroll = (): void => {
      const near = isNearEnd(scroller);
      // Growth alone never moves the reader up; only the reader does.
      if (this.#held) return;
      if (near) this.atEnd = true;
      else if (scroller.scrollTop < this.#lastTop) this.atEnd = false;
      this.#lastTop = scroller.scrollTop;
    };
    const onreader = (): void => {
      this.#held = null;
    };
    const grown = new ResizeObserver(() => {
      if (this.#held) this.#align(this.#held);
      else if (this.atEnd) this.#toEnd();
    });
    grown.observe(scroller);
    if (scroller.firstElementChild) grown.observe(scroller.firstElementChild);
    scroller.addEventListener('scroll', onscroll, { passive: true });
    for (const event of BY_READER) scroller.addEventListener(event, onreader, { passive: true });
    return () => {
      grown.disconnect();
      scroller.removeEventListener('scroll', onscroll);
      for (const event of BY_READER) scroller.removeEventListener(event, onreader);
      this.#scroller = null;
    };
  };

  jump(): void {
    this.#held = null;
    this.atEnd = true;
    this.#toEnd();
  }

  /** Takes the reader to an element, and keeps it there while what is around it is laid out. */
  show(element: Element): void {
    this.#held = element;
    this.#align(element);
  }

  #align(element: Element): void {
    const scroller = this.#scroller;
    if (!scroller || !element.isConnected) return;
    // Not by scrollIntoView, which moves everything around the scroller as well.
    const above = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTo({ top: scroller.scrollTop + above - MARGIN_PX });
    this.#lastTop = scroller.scrollTop;
    this.atEnd = isNearEnd(scroller);
  }

  #toEnd(): void {
    this.#scroller?.scrollTo({ top: this.#scroller.scrollHeight });
  }
}

function isNearEnd({ scrollTop, scrollHeight, clientHeight }: HTMLElement): boolean {
  return scrollHeight - clientHeight - scrollTop < NEAR_PX;
}
