/** The one place where a string becomes elements. */

/**
 * Shows `html` in `element`. Only for what highlight.js or KaTeX made, which escape every character
 * they were given: what others wrote goes through `sanitise`, which gives nodes and no string.
 */
export function put(element: Element, html: string): void {
  element.innerHTML = html;
}

/** Whether HTML shows nothing without some elements. It is read apart, where nothing runs or loads. */
export function isEmptyWithout(elements: readonly string[], html: string): boolean {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const element of body.querySelectorAll(elements.join())) element.remove();
  return !body.textContent.trim() && !body.querySelector('img, hr');
}
