/** The one place where a string becomes part of the page. */

/**
 * Shows `html` in `element`. Only for what highlight.js or KaTeX made, which escape every character
 * they were given: what others wrote goes through `sanitise`, which gives nodes and no string.
 */
export function put(element: Element, html: string): void {
  element.innerHTML = html;
}
