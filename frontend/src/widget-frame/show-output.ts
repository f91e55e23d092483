/** An output as elements, with the classes of the page's `output.css`. */
import { runsOf } from '../features/execution/ansi';
import {
  richest,
  settled,
  textOf,
  withoutEmptyHeadings,
  type Output,
} from '../features/execution/outputs';
import { pictureOf } from '../features/execution/pictures';
import { sanitise } from '$lib/markdown/sanitise';

export function shownOutput(output: Output): HTMLElement {
  if (output.output_type === 'stream')
    return terminal(output.text, output.name === 'stderr' ? 'dost-output-stderr' : '');
  if (output.output_type === 'error') {
    const { traceback, ename, evalue } = output;
    return terminal(traceback.join('\n') || `${ename}: ${evalue}`, 'dost-output-error');
  }
  const { data, metadata } = output;
  const type = richest(data);
  if (type === null) return terminal(textOf(data['text/plain']), '');
  if (type.startsWith('image/')) return picture(type, textOf(data[type]), metadata[type]);
  if (type === 'text/html') return html(textOf(data[type]));
  if (type === 'application/json') return terminal(JSON.stringify(data[type], null, 2), '');
  return terminal(textOf(data[type]), '');
}

function terminal(text: string, kind: string): HTMLElement {
  const pre = document.createElement('pre');
  pre.className = `dost-output-text ${kind}`;
  pre.tabIndex = 0;
  pre.dir = 'ltr';
  for (const { text: part, classes, colour, background } of runsOf(settled(text))) {
    const run = document.createElement('span');
    run.className = classes;
    run.textContent = part;
    if (colour) run.style.setProperty('--colour', colour);
    if (background) run.style.setProperty('--ground', background);
    pre.append(run);
  }
  return pre;
}

function picture(type: string, content: string, metadata: unknown): HTMLElement {
  const image = document.createElement('img');
  const { address, width, height } = pictureOf(type, content, metadata);
  image.className = 'dost-output-picture';
  image.src = address;
  if (width) image.width = width;
  if (height) image.height = height;
  return image;
}

/** As in the page itself. */
function html(text: string): HTMLElement {
  const block = document.createElement('div');
  block.className = 'dost-output-html';
  block.append(sanitise(withoutEmptyHeadings(text)));
  return block;
}
