/** How the page looks where a widget is, for the frame that cannot see it. */
import type { Look } from './protocol';

/** What the frame's style sheets take from the page's. */
const PROPERTIES = [
  '--page',
  '--bg',
  '--bg-sunken',
  '--bg-raised',
  '--bg-hover',
  '--bubble',
  '--line',
  '--line-strong',
  '--text',
  '--text-muted',
  '--accent',
  '--accent-strong',
  '--accent-soft',
  '--on-accent',
  '--danger',
  '--danger-soft',
  '--on-danger',
  '--warn',
  '--warn-soft',
  '--selection',
  '--radius-sm',
  '--font-text',
  '--font-code',
  '--code-size',
];

export function lookAt(node: Element): Look {
  const style = getComputedStyle(node);
  const properties = PROPERTIES.map((name) => [name, style.getPropertyValue(name).trim()] as const);
  return {
    // A frame of another scheme than its page's would have a ground of its own.
    scheme: style.colorScheme,
    properties: Object.fromEntries(properties.filter(([, value]) => value !== '')),
  };
}

/** Calls `changed` when the page may look otherwise; the result ends that. */
export function onLook(node: Element, changed: () => void): () => void {
  const root = node.getRootNode();
  const shell = root instanceof ShadowRoot ? root.host : document.documentElement;
  const observer = new MutationObserver(changed);
  observer.observe(shell, { attributes: true });
  return () => observer.disconnect();
}
