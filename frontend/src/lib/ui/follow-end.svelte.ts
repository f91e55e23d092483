const NEAR_PX = 48;
const MARGIN_PX = 16;
/** How long a scroller has to rest before it is noted what the reader sees. */
const RESTS_MS = 150;
const BLOCKS = 'p, li, pre, tr, h1, h2, h3, h4, h5, h6';
const BY_READER = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

interface Held {
  element: Element;
  /** How far below the scroller's top, in px. */
  below: number;
}

/** Keeps a scroller at its end while the reader is there, and lets go when they scroll up. */
export class FollowEnd {
  /** Whether the reader is at the end. */
  atEnd = $state(true);
  /** What stays in place until the reader moves. */
  #held: Held | null = null;
  /** What the reader sees first: it stays in place where the scroller's width changes. */
  #seen: Held | null = null;
  #width = 0;
  #scroller: HTMLElement | null = null;
  #lastTop = 0;

  /** An attachment for the scroller; its first child is what grows. */
  attach = (scroller: HTMLElement): (() => void) => {
    this.#scroller = scroller;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const onscroll = (): void => {
      const near = isNearEnd(scroller);
      // Growth alone never moves the reader up; only the reader does.
      if (this.#held) return;
      if (near) this.atEnd = true;
      else if (scroller.scrollTop < this.#lastTop) this.atEnd = false;
      this.#lastTop = scroller.scrollTop;
      clearTimeout(rest);
      rest = setTimeout(() => (this.#seen = this.#first()), RESTS_MS);
    };
    const onreader = (): void => {
      this.#held = null;
    };
    this.#width = scroller.clientWidth;
    const grown = new ResizeObserver(() => {
      if (scroller.clientWidth !== this.#width && !this.atEnd) this.#held ??= this.#seen;
      this.#width = scroller.clientWidth;
      if (this.#held) this.#align(this.#held);
      else if (this.atEnd) this.#toEnd();
    });
    grown.observe(scroller);
    if (scroller.firstElementChild) grown.observe(scroller.firstElementChild);
    scroller.addEventListener('scroll', onscroll, { passive: true });
    for (const event of BY_READER) scroller.addEventListener(event, onreader, { passive: true });
    return () => {
      clearTimeout(rest);
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
    this.#held = { element, below: MARGIN_PX };
    this.#align(this.#held);
  }

  /**
   * Notes where the reader is before much is put above it: at the end, or at the first of
   * `elements` that can be seen. The result takes them there again once it is laid out.
   */
  note(elements: Iterable<Element>): () => void {
    const scroller = this.#scroller;
    const first = [...elements].find((element) => this.#below(element) >= 0);
    if (!scroller || this.atEnd || !first) return () => this.jump();
    const held = { element: first, below: this.#below(first) };
    return () => this.#align((this.#held = held));
  }

  #below(element: Element): number {
    const top = this.#scroller?.getBoundingClientRect().top ?? 0;
    return element.getBoundingClientRect().top - top;
  }

  /** The innermost element that the reader sees first, down to a paragraph. */
  #first(): Held | null {
    const scroller = this.#scroller;
    let found = scroller?.firstElementChild;
    if (!scroller || !found) return null;
    const { top } = scroller.getBoundingClientRect();
    const isSeen = (element: Element): boolean => element.getBoundingClientRect().bottom > top + 1;
    // Level by level: what is out of sight within them is not laid out for this.
    while (!found.matches(BLOCKS)) {
      const inside: Element | undefined = [...found.children].find(isSeen);
      if (!inside) break;
      found = inside;
    }
    return { element: found, below: this.#below(found) };
  }

  #align({ element, below }: Held): void {
    const scroller = this.#scroller;
    if (!scroller || !element.isConnected) return;
    // Not by scrollIntoView, which moves everything around the scroller as well.
    scroller.scrollTo({ top: scroller.scrollTop + this.#below(element) - below });
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
