const GAP = 6;
const EDGE = 8;

/**
 * Puts a top-layer element below its anchor, or above it where it is wanted there; on the other
 * side where there is more room, and inside the window.
 */
export function place(
  floating: HTMLElement,
  anchor: HTMLElement,
  align: 'start' | 'end',
  wantedAbove: boolean,
): void {
  const to = anchor.getBoundingClientRect();
  const below = window.innerHeight - to.bottom - GAP - EDGE;
  const above = to.top - GAP - EDGE;
  floating.style.maxHeight = 'none';
  const { width, height } = floating.getBoundingClientRect();
  const up = wantedAbove ? height <= above || above > below : height > below && above > below;
  floating.style.maxHeight = `${Math.max(up ? above : below, 120)}px`;
  const shown = Math.min(height, up ? above : below);
  const isRtl = getComputedStyle(anchor).direction === 'rtl';
  const left = (align === 'start') === isRtl ? to.right - width : to.left;
  const rightmost = window.innerWidth - width - EDGE;
  floating.style.left = `${Math.max(EDGE, Math.min(left, rightmost))}px`;
  floating.style.top = `${up ? to.top - GAP - shown : to.bottom + GAP}px`;
}
