/** Puts a paragraph's inline content into its element. */

import type { Attachment } from 'svelte/attachments';
import type { Token } from 'marked';
import { markCitations, type Sources } from './citations';
import { makeEnlargeable } from './images';
import { renderInline } from './parse';
import { sanitise } from './sanitise';
import { typesetAll, useFormulaStyles } from './typeset';

const shown = new WeakMap<Element, string>();

/**
 * Fills an element with `tokens`; an element that shows the same already is left alone, but for
 * the numbers in it, of which it may be known only now that they are sources.
 */
export function inline(
  tokens: Token[] | undefined,
  sources: Sources | null,
): Attachment<HTMLElement> {
  const source = renderInline(tokens ?? []);
  const fill = html(source);
  return (element) => {
    fill(element);
    if (sources && source.includes('dost-citation')) markCitations(element, sources);
  };
}

/** Fills an element with HTML written by others, sanitised and its formulas typeset. */
export function html(source: string): Attachment<HTMLElement> {
  return (element) => {
    if (shown.get(element) === source) return;
    shown.set(element, source);
    if (!/[<&]/.test(source)) {
      element.textContent = source;
      return;
    }
    const content = sanitise(source);
    if (source.includes('dost-formula')) {
      typesetAll(content);
      useFormulaStyles(element);
    }
    makeEnlargeable(content);
    element.replaceChildren(content);
  };
}
