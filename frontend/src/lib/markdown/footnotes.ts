/** Finds footnotes in Markdown: `[^name]` in a line, and `[^name]: its text` as a block. */

export interface NoteSource {
  raw: string;
  label: string;
  /** The note's own Markdown, its indentation taken off. */
  body: string;
}

export interface Reference {
  raw: string;
  label: string;
}

/** A line that begins another block and so ends a note that is not indented. */
const OTHER_BLOCK =
  /^ {0,3}(?:#{1,6}\s|>|[-*+] |\d{1,9}[.)] |`{3}|~{3}|\||\$\$|\\\[|\[\^[^\s[\]]+\]:|(?:[-*_][ \t]*){3,}$)/;

/** The reference at the start of `text`. */
export function referenceAt(text: string): Reference | undefined {
  const [raw, label] = /^\[\^([^\s[\]]{1,60})\](?!\()/.exec(text) ?? [];
  return raw === undefined || label === undefined ? undefined : { raw, label };
}

/** The position of the next possible reference; -1 when there is none. */
export function nextReference(text: string): number {
  return text.indexOf('[^');
}

/**
 * The note that starts at the first character of `text`: its first line, the lines that go on with
 * it, and after a blank line those that are indented.
 */
export function noteAt(text: string): NoteSource | undefined {
  const [head, label, first = ''] =
    /^ {0,3}\[\^([^\s[\]]{1,60})\]:[ \t]*([^\n]*)(?:\n|$)/.exec(text) ?? [];
  if (head === undefined || label === undefined) return undefined;
  const body = [first];
  let end = head.length;
  let blanks = 0;
  for (let at = end; at < text.length;) {
    const found = text.indexOf('\n', at);
    const next = found < 0 ? text.length : found + 1;
    const line = text.slice(at, found < 0 ? next : found);
    at = next;
    if (line.trim() === '') {
      blanks += 1;
      continue;
    }
    const isIndented = /^(?: {2}|\t)/.test(line);
    if (!isIndented && (blanks > 0 || OTHER_BLOCK.test(line))) break;
    body.push(...Array<string>(blanks).fill(''), line.replace(/^(?: {1,4}|\t)/, ''));
    blanks = 0;
    end = next;
  }
  return { raw: text.slice(0, end), label, body: body.join('\n') };
}

/** Where a note could interrupt the paragraph at the start of `text`; -1 when nowhere. */
export function nextNote(text: string): number {
  const found = text.search(/\n {0,3}\[\^[^\s[\]]{1,60}\]:/);
  const blank = text.indexOf('\n\n');
  return found < 0 || (blank >= 0 && blank < found) ? -1 : found + 1;
}
