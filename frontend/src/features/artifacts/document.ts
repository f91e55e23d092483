/** Makes a document of what is shown in the frame. */
import type { Version } from './artifact';
import { escape } from './join';
import { sample } from './sample';

const WHOLE = /<!doctype|<(?:html|head|body)[\s>]/i;
const META =
  '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">';
const PAGE = 'body{margin:16px;font:16px/1.5 system-ui,sans-serif}';
// A drawing without a size of its own takes all there is; a large one is shrunk to it.
const DRAWING =
  'html,body{height:100%;margin:0}body{display:grid;place-items:center}' +
  'svg{max-width:100%;max-height:100vh}svg:not([width]){width:100%}svg:not([height]){height:100%}';

const MODULE = /^export\b|^(?:(?:const|let|var)\s.*=\s*)?await\b/m;

/** The document of a page, a script, a style or a drawing. Its lines are those of the code, so that errors name them. */
export function documentOf({ kind, title, code }: Version): string {
  if (kind === 'html') return WHOLE.test(code) ? code : around(code, title, PAGE);
  if (kind === 'javascript') {
    const type = MODULE.test(code) ? ' type="module"' : '';
    return around(`<script${type}>${escape(code, 'script')}\n</script>`, title, PAGE);
  }
  if (kind === 'css')
    return around(`<style>${escape(code, 'style')}\n</style>${sample(code)}`, title, PAGE);
  return around(code.replace(/^\s*<\?xml[^<>]*>|<!doctype[^<>]*>/gi, ''), title, DRAWING);
}

/** What is saved works by itself. */
export function fileOf(version: Version): string {
  const { kind, code } = version;
  if (kind === 'html') return documentOf(version);
  const isBare = kind === 'svg' && !/<svg[^<>]*\sxmlns=/i.test(code);
  return isBare ? code.replace(/<svg/i, '<svg xmlns="http://www.w3.org/2000/svg"') : code;
}

function around(code: string, title: string, style: string): string {
  const name = title.replace(/[&<]/g, (mark) => (mark === '&' ? '&amp;' : '&lt;'));
  const head = `<head>${META}<title>${name}</title><style>${style}</style></head>`;
  return `<!doctype html><html>${head}<body>${code}\n</body></html>\n`;
}
