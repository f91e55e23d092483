/** Sets the formulas of a description or a text; what does that is loaded when there is one. */

const FORMULA = /\$|\\\(|\\\[/;

export function typeset(element: HTMLElement): void {
  if (!FORMULA.test(element.textContent ?? '')) return;
  void import('./katex').then(({ typesetIn }) => typesetIn(element));
}
