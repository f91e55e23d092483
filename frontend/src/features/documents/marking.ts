import { locate } from './locate';

/** Marks where `wanted` is said inside an element; the first of the marks, if there is one. */
export function mark(root: HTMLElement, wanted: string): HTMLElement | null {
  unmark(root);
  const nodes = textNodes(root);
  const spans = locate(
    nodes.map(({ data }) => data),
    wanted,
  );
  let first: HTMLElement | null = null;
  // From the end on, so that what is before a mark keeps its place.
  for (const { index, start, end } of spans.toSorted(
    (a, b) => b.index - a.index || b.start - a.start,
  )) {
    const node = nodes[index];
    if (!node || start >= node.length) continue;
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, Math.min(end, node.length));
    first = document.createElement('mark');
    range.surroundContents(first);
  }
  return first;
}

function unmark(root: HTMLElement): void {
  for (const marked of root.querySelectorAll('mark')) {
    const { parentNode } = marked;
    marked.replaceWith(...marked.childNodes);
    parentNode?.normalize();
  }
}

function textNodes(root: HTMLElement): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode()) if (walker.currentNode instanceof Text) found.push(walker.currentNode);
  return found;
}
