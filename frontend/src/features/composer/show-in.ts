/** Scrolls a list no further than it takes to show one of its entries. */
export function showIn(list: HTMLElement, entry: Element): void {
  const outside = list.getBoundingClientRect();
  const inside = entry.getBoundingClientRect();
  const above = inside.top - outside.top;
  const below = inside.bottom - outside.bottom;
  if (above < 0) list.scrollTop += above;
  else if (below > 0) list.scrollTop += below;
}
