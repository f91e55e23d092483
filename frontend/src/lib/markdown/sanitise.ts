/** The one border through which HTML written by others enters the page. */

import createDOMPurify, { type Config } from 'dompurify';
import { stylesReachOut } from './outside';

const TAGS =
  'a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 ' +
  'h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th ' +
  'thead tr u ul var wbr';

const ATTRIBUTES =
  'align alt class colspan dir height href lang open rowspan src start title width';

/** The only classes that pass: all others could borrow the page's own styles to cover it. */
const CLASSES = new Set([
  'dost-citation',
  'dost-formula',
  'dost-formula dost-display',
  'dost-reference',
]);

const CONFIG = {
  ALLOWED_TAGS: TAGS.split(' '),
  ALLOWED_ATTR: ATTRIBUTES.split(' '),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP:
    /^(?:https?:|mailto:|tel:|data:image\/|blob:|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  RETURN_DOM_FRAGMENT: true,
} satisfies Config;

const purifier = createDOMPurify(window);

purifier.addHook('uponSanitizeAttribute', (_node, data) => {
  if (data.attrName === 'class') data.keepAttr = CLASSES.has(data.attrValue);
});

purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node instanceof HTMLImageElement) keepLocal(node);
  if (node instanceof HTMLAnchorElement) leaveThePage(node);
});

/** Opens a link in a new tab, without telling where from; an anchor into the page leads nowhere. */
function leaveThePage(link: HTMLAnchorElement): void {
  const address = link.getAttribute('href') ?? '';
  if (address === '' || /^(?:#|data:|blob:)/i.test(address)) link.removeAttribute('href');
  else {
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
  }
}

/**
 * An image from another server becomes a link to it: loading it would tell that server what is
 * being read, and can carry the conversation away in its address.
 */
function keepLocal(image: HTMLImageElement): void {
  const address = image.getAttribute('src') ?? '';
  if (/^(?:data:image\/|blob:)/i.test(address)) {
    image.loading = 'lazy';
    return;
  }
  const link = image.ownerDocument.createElement('a');
  link.textContent = image.alt || address;
  link.setAttribute('href', address);
  leaveThePage(link);
  image.replaceWith(link);
}

/** `html` as nodes of which none can run, submit, restyle or load from elsewhere. */
export function sanitise(html: string): DocumentFragment {
  return purifier.sanitize(html, CONFIG);
}

/** What drawings are made of; their labels may be HTML, of which only words and breaks pass. */
const DRAWING = {
  USE_PROFILES: { svg: true, svgFilters: true },
  ADD_TAGS: ['foreignobject', 'div', 'span', 'p', 'br', 'b', 'strong', 'em', 'i'],
  ADD_ATTR: ['dominant-baseline', 'xmlns'],
  FORBID_TAGS: ['a', 'animate', 'animatemotion', 'animatetransform', 'set'],
  HTML_INTEGRATION_POINTS: { foreignobject: true },
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
} satisfies Config;

const drawingPurifier = createDOMPurify(window);

drawingPurifier.addHook('uponSanitizeElement', (node, { tagName }) => {
  if (tagName === 'style' && stylesReachOut(node.textContent ?? '')) node.textContent = '';
});

drawingPurifier.addHook('uponSanitizeAttribute', (_node, data) => {
  const { attrName, attrValue } = data;
  if (/^(?:xlink:)?href$|^src$/.test(attrName)) data.keepAttr = attrValue.startsWith('#');
  else if (stylesReachOut(attrValue)) data.keepAttr = false;
});

/** A drawing as nodes of which none can run, lead away or load anything. */
export function sanitiseDrawing(svg: string): DocumentFragment {
  return drawingPurifier.sanitize(svg, DRAWING);
}
