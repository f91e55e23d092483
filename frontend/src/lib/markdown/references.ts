/** Turns the places where a text refers to a footnote into numbered links, and follows them. */

import { t } from '../i18n';
import type { Notes } from './notes';

const labels = new WeakMap<Element, string>();
const states = new WeakMap<Element, string>();

/** Ids of one message's footnotes; `message` is unique on the page. */
export function idsOf(message: string) {
  return {
    note: (number: number) => `${message}-note-${number}`,
    reference: (number: number, turn: number) => `${message}-reference-${number}-${turn}`,
  };
}

/**
 * Numbers every reference below `root`. One whose note has not come is a number that leads nowhere
 * while more may come, and what was written when the text is complete.
 */
export function markReferences(root: Element, notes: Notes, message: string, isFinal: boolean) {
  const ids = idsOf(message);
  const written = new Set(notes.list.map(({ label }) => label));
  const turns = new Map<string, number>();
  for (const element of root.querySelectorAll('.dost-reference')) {
    const label = labels.get(element) ?? element.textContent;
    labels.set(element, label);
    const number = notes.numbers.get(label);
    const turn = (turns.get(label) ?? 0) + 1;
    turns.set(label, turn);
    const isLink = number !== undefined && written.has(label) && !element.closest('a');
    const isText = number === undefined || (isFinal && !written.has(label));
    const state = `${String(isLink)} ${String(isText)} ${String(number)} ${turn}`;
    if (states.get(element) === state) continue;
    states.set(element, state);
    element.classList.toggle('dost-unmarked', isText);
    if (isLink)
      element.replaceChildren(link(ids.reference(number, turn), ids.note(number), number));
    else element.textContent = isText ? `[^${label}]` : String(number);
  }
}

function link(id: string, note: string, number: number): HTMLAnchorElement {
  const anchor = document.createElement('a');
  anchor.id = id;
  anchor.href = `#${note}`;
  anchor.setAttribute('role', 'doc-noteref');
  anchor.setAttribute('aria-label', t('footnote.reference', { number }));
  anchor.textContent = String(number);
  return anchor;
}

/**
 * Follows links between references and notes without touching the address: the page's router owns
 * that, and in a shadow root the browser would not find them.
 */
export function followReference(event: MouseEvent): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const anchor = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
  const id = anchor?.getAttribute('href')?.slice(1);
  const root = anchor?.getRootNode();
  if (!id || !(root instanceof Document || root instanceof ShadowRoot)) return;
  event.preventDefault();
  const target = root.getElementById(id);
  target?.scrollIntoView({ block: 'nearest' });
  target?.focus({ preventScroll: true });
}
