/** Cuts code and its highlighted HTML at the same lines, so that a change touches few of them. */

/** Lines of one chunk: few enough to be shown at once without a frame being missed. */
export const LINES = 40;

/** `text` cut after every `LINES` lines; each chunk ends with its line end. Never empty. */
export function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  let start = 0;
  for (let at = 0, lines = 0; ; at += 1) {
    at = text.indexOf('\n', at);
    if (at < 0) break;
    lines += 1;
    if (lines % LINES === 0) {
      chunks.push(text.slice(start, at + 1));
      start = at + 1;
    }
  }
  chunks.push(text.slice(start));
  return chunks;
}

/**
 * Highlighted `html` cut where `chunksOf` cuts its text; a `span` that goes on over a cut is closed
 * before and opened again after it.
 */
export function htmlChunksOf(html: string): string[] {
  const open: string[] = [];
  return chunksOf(html).map((chunk) => {
    const before = open.join('');
    for (const [tag] of chunk.matchAll(/<\/?span[^>]*>/g)) {
      if (tag.startsWith('</')) open.pop();
      else open.push(tag);
    }
    return before + chunk + '</span>'.repeat(open.length);
  });
}
