/** Typesets formulas with KaTeX, which is loaded when the first one is seen. */

import type Katex from 'katex';
import { put } from './put';
import stylesheet from 'katex/dist/katex.min.css?url';

type Engine = typeof Katex;

const OPTIONS = {
  throwOnError: true,
  trust: false,
  strict: false,
  maxExpand: 200,
  maxSize: 40,
} as const;

/** Typeset formulas kept, so that a growing paragraph does not typeset its formulas at each word. */
const REMEMBERED = 500;

const remembered = new Map<string, string>();
let engine: Engine | undefined;
let loading: Promise<Engine> | undefined;

function load(): Promise<Engine> {
  loading ??= import('katex').then((module) => (engine = module.default));
  return loading;
}

/** The formula as HTML; undefined when it is not (yet) valid TeX. */
function render(katex: Engine, tex: string, displayMode: boolean): string | undefined {
  const key = `${displayMode ? 'd' : 'i'}${tex}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  try {
    const html = katex.renderToString(tex, { ...OPTIONS, displayMode });
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(key, html);
    return html;
  } catch {
    return undefined;
  }
}

/** Puts the typeset formula into `element`; invalid TeX leaves what is there as it is. */
function fill(katex: Engine, element: HTMLElement, tex: string, display: boolean): void {
  const html = render(katex, tex, display);
  if (html !== undefined) put(element, html);
}

/** Typesets every formula below `root`, at once when KaTeX is here, else as soon as it is. */
export function typesetAll(root: DocumentFragment): void {
  const formulas = [...root.querySelectorAll<HTMLElement>('.dost-formula')];
  for (const element of formulas) {
    typeset(element, element.textContent, element.classList.contains('dost-display'));
  }
}

/** Typesets `tex` into `element`; while it cannot be, what `element` shows stays. */
export function typeset(element: HTMLElement, tex: string, display: boolean): void {
  if (engine) fill(engine, element, tex, display);
  else
    void load().then((katex) => {
      fill(katex, element, tex, display);
    });
}

/**
 * Makes KaTeX's styles known where `node` is. A shadow root needs its own link, and the document
 * one too, because fonts declared in a shadow root are not loaded.
 */
export function useFormulaStyles(node: Node): void {
  const root = node.getRootNode();
  link(node.ownerDocument?.head ?? document.head);
  if (root instanceof ShadowRoot) link(root);
}

function link(parent: ShadowRoot | HTMLHeadElement): void {
  if (parent.querySelector('link[data-dost-formulas]')) return;
  const element = document.createElement('link');
  element.rel = 'stylesheet';
  element.href = stylesheet;
  element.dataset.dostFormulas = '';
  parent.append(element);
}
