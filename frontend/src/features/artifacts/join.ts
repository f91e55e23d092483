/** Puts the style sheets and scripts of an answer into the page that stands beside them. */

export interface Beside {
  css: readonly string[];
  js: readonly string[];
}

/** Attributes; so few that whatever a page holds is looked through in bounded time. */
const ANY = '[^<>]{0,300}';
const LOCAL = String.raw`["']?(?![a-z][\w+.-]*:|//)[^"'\s<>]{1,300}["']?`;
const SHEET = new RegExp(
  `<link\\b(?=${ANY}\\bstylesheet\\b)${ANY}\\bhref=${LOCAL}${ANY}>\\s*`,
  'gi',
);
const SCRIPT = new RegExp(`<script\\b${ANY}\\bsrc=${LOCAL}${ANY}>\\s*</script\\s*>\\s*`, 'gi');
const OWN_STYLE = /<style[\s>]/i;
const OWN_SCRIPT = new RegExp(`<script(?!${ANY}\\bsrc=)${ANY}>`, 'i');

/**
 * The page with what it wants: blocks beside it go in where it loads files of its own, which nobody
 * serves, or has no style (or script) at all. One that is whole by itself is left as it is.
 */
export function joined(html: string, { css, js }: Beside): string {
  let page = html;
  if (css.length > 0 && (has(SHEET, html) || !OWN_STYLE.test(html))) {
    const styles = css
      .map((sheet) => `<style>\n${escape(sheet.trim(), 'style')}\n</style>\n`)
      .join('');
    page = before(page.replace(SHEET, ''), styles, /<\/head\s*>/gi) ?? atBegin(page, styles);
  }
  if (js.length > 0 && (has(SCRIPT, html) || !OWN_SCRIPT.test(html))) {
    const isModule = (page.match(SCRIPT) ?? []).some((tag) => /\btype=["']?module\b/i.test(tag));
    const open = isModule ? '<script type="module">' : '<script>';
    const scripts = js
      .map((code) => `${open}\n${escape(code.trim(), 'script')}\n</script>\n`)
      .join('');
    page = page.replace(SCRIPT, '');
    page = before(page, scripts, /<\/body\s*>/gi) ?? `${page}\n${scripts}`;
  }
  return page;
}

function has(pattern: RegExp, text: string): boolean {
  return text.search(pattern) !== -1;
}

/** Its own end must not end the element early. */
export function escape(code: string, element: string): string {
  return code.replace(new RegExp(`</(?=${element})`, 'gi'), '<\\/');
}

/** Before the last such mark: earlier ones may be words of a script. */
function before(page: string, what: string, mark: RegExp): string | undefined {
  const at = [...page.matchAll(mark)].at(-1)?.index;
  return at === undefined ? undefined : `${page.slice(0, at)}${what}${page.slice(at)}`;
}

/** After what must stay first; a browser opens the head by itself. */
function atBegin(page: string, what: string): string {
  const [begin = ''] = /^\s*(?:<!doctype[^<>]*>\s*)?(?:<html[^<>]*>\s*)?/i.exec(page) ?? [];
  return `${begin}${what}${page.slice(begin.length)}`;
}
