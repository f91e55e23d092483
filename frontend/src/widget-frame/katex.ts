import 'katex/dist/katex.min.css';
import renderMathInElement from 'katex/contrib/auto-render';

export function typesetIn(element: HTMLElement): void {
  renderMathInElement(element, {
    delimiters: [
      { left: '$$', right: '$$', display: true },
      { left: '\\[', right: '\\]', display: true },
      { left: '\\(', right: '\\)', display: false },
      { left: '$', right: '$', display: false },
    ],
    throwOnError: false,
  });
}
