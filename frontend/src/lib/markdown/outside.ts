/** Tells whether a diagram, or the styles of a drawn one, would fetch something. */

/** What styles fetch with. */
const FETCHES = /\b(?:url|src|image|image-set|cross-fade|element)\s*\(|@import|@font-face/i;

/** What diagrams fetch with: images as shapes, as icons of actors, and elements of HTML. */
const BRINGS =
  /\bimg\b["']?\s*:|^\s*properties\b|<\s*(?:img|image|link|style|script|i?frame|object|embed|video|audio|source|svg|use|base|meta|form|input)\b/im;

/** A reference to a part of the same drawing. */
const WITHIN = /\burl\(\s*["']?#[^()]*\)/gi;

/** `text` without the ways in which styles, YAML, JSON and Mermaid spell a character by its number. */
function plain(text: string): string {
  return text
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/&?#x([0-9a-f]{1,6});?/gi, (_, code: string) => character(code, 16))
    .replace(/&?#(\d{1,7});?/g, (_, code: string) => character(code, 10))
    .replace(/\\(?:x|u\{?)?([0-9a-f]{1,6})\}?\s?/gi, (_, code: string) => character(code, 16))
    .replace(/\\/g, '');
}

function character(code: string, base: number): string {
  const point = parseInt(code, base);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '';
}

/** Whether `css` fetches something: only references within the drawing do not. */
export function stylesReachOut(css: string): boolean {
  const seen = css.replace(WITHIN, '');
  return FETCHES.test(seen) || FETCHES.test(plain(seen));
}

/** Whether drawing the Mermaid `source` could fetch something. */
export function diagramReachesOut(source: string): boolean {
  return [source, plain(source)].some((text) => FETCHES.test(text) || BRINGS.test(text));
}
