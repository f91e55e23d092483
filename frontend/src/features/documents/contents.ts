import { locate } from './locate';

/** The words of a file, in whichever of the usual encodings it is. */
export function decoded(content: ArrayBuffer): string {
  const [first, second] = new Uint8Array(content, 0, Math.min(2, content.byteLength));
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(content);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(content);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return new TextDecoder('windows-1252').decode(content);
  }
}

export interface Excerpt {
  text: string;
  /** Whether something is left out before it, or after it. */
  before: boolean;
  after: boolean;
}

/** As much of a text as a browser shows well, around the words that are wanted. */
export function excerpt(text: string, wanted: string, most: number): Excerpt {
  if (text.length <= most) return { text, before: false, after: false };
  const at = (wanted ? locate([text], wanted)[0]?.start : undefined) ?? 0;
  const end = Math.min(text.length, Math.max(at + most / 2, most));
  const start = lineStart(text, Math.max(0, Math.floor(end - most)));
  return { text: text.slice(start, end), before: start > 0, after: end < text.length };
}

/** The beginning of the next line, so that none is cut; where it begins, the text does. */
function lineStart(text: string, from: number): number {
  return from === 0 ? 0 : text.indexOf('\n', from - 1) + 1 || from;
}
