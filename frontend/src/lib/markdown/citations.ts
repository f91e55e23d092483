/** Finds where a text points at its sources by number, and makes links of that. */

/** A source that can be pointed at. */
export interface Cited {
  /** What the link is called. */
  label: string;
  /** Where it leads; null where that is not known. */
  href: string | null;
  /** Whether it opens in a tab of its own. */
  apart: boolean;
}

/** What can be pointed at, by number. */
export type Sources = ReadonlyMap<number, Cited>;

export interface Marker {
  raw: string;
  numbers: readonly number[];
}

/** Not what begins a link, `[1](…)`. */
const MARKER = /^\[(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*)\](?!\()/;
const FROM_TO = /(\d+)(?:\s*[–-]\s*(\d+))?/g;
const LONGEST_RANGE = 100;
const CODE = /(?:^|\n) {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:\n {0,3}\1|$)|(`+)[^`]+\2/g;

/** What each marker says, and what it shows now. */
const written = new WeakMap<Element, string>();
const states = new WeakMap<Element, string>();

/** The marker at the start of `text`: `[1]`, `[1, 2]` or `[1-3]`. */
export function markerAt(text: string): Marker | undefined {
  const [raw, inside] = MARKER.exec(text) ?? [];
  return raw === undefined || inside === undefined
    ? undefined
    : { raw, numbers: numbersIn(inside) };
}

/** The position of the next possible marker; -1 when there is none. */
export function nextMarker(text: string): number {
  return text.search(/\[\d/);
}

/** The numbers that a whole text points at, in the order in which it does so. */
export function pointedAt(text: string): number[] {
  const prose = text.replace(CODE, ' ');
  const found = [...prose.matchAll(/\[\d/g)].map(({ index }) => markerAt(prose.slice(index)));
  return [...new Set(found.flatMap((marker) => marker?.numbers ?? []))];
}

function numbersIn(inside: string): number[] {
  const found = [...inside.matchAll(FROM_TO)].flatMap(([, first, last]) => {
    const low = Number(first);
    const high = Math.min(Number(last ?? first), low + LONGEST_RANGE);
    return Array.from({ length: Math.max(0, high - low + 1) }, (_, step) => low + step);
  });
  return [...new Set(found)];
}

/**
 * Makes a link of each number below `root` that is a source's. Other numbers, and markers inside
 * links, stay what was written. What shows the same already is left alone, with its focus.
 */
export function markCitations(root: Element, sources: Sources): void {
  for (const element of root.querySelectorAll('.dost-citation')) {
    const raw = written.get(element) ?? element.textContent;
    written.set(element, raw);
    const numbers = element.closest('a') ? [] : (markerAt(raw)?.numbers ?? []);
    const cited = numbers.map((number) => sources.get(number));
    const state = cited.map((one) => (one ? `${one.label} ${one.href ?? ''}` : '')).join('\n');
    if (states.get(element) === state) continue;
    states.set(element, state);
    if (cited.every((one) => one === undefined)) element.textContent = raw;
    else
      element.replaceChildren(
        ...numbers.map((number, at) => {
          const one = cited[at];
          return one ? link(number, one) : `[${String(number)}]`;
        }),
      );
  }
}

/** The number in brackets that nobody sees, so that what is copied says what was written. */
function link(number: number, { label, href, apart }: Cited): HTMLElement {
  const element = href === null ? named(label) : anchorTo(href, label, apart);
  element.className = 'dost-cited';
  element.dataset.citation = String(number);
  element.append(bracket('['), String(number), bracket(']'));
  return element;
}

function anchorTo(href: string, label: string, apart: boolean): HTMLAnchorElement {
  const anchor = document.createElement('a');
  anchor.href = href;
  anchor.setAttribute('aria-label', label);
  if (apart) {
    anchor.target = '_blank';
    anchor.rel = 'noopener noreferrer';
  }
  return anchor;
}

function named(label: string): HTMLSpanElement {
  const element = document.createElement('span');
  element.title = label;
  return element;
}

function bracket(text: string): HTMLSpanElement {
  const element = document.createElement('span');
  element.className = 'dost-bracket';
  element.textContent = text;
  return element;
}
