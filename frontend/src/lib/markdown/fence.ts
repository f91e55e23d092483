/** Reads the fence of a code block from its source. */

export interface Fence {
  /** The opening marks; empty for an indented block. */
  mark: string;
  /** Whether the end has not been written yet. */
  isOpen: boolean;
  /** The first word after the marks once its line is complete; empty when there is none. */
  language: string;
}

/** The fence of a code token's `raw` source. */
export function fenceOf(raw: string): Fence {
  const [, mark = '', info = '', end = ''] = /^ {0,3}(`{3,}|~{3,})([^\n]*)(\n?)/.exec(raw) ?? [];
  if (mark === '') return { mark, isOpen: false, language: '' };
  const last = raw.trimEnd().split('\n').slice(1).at(-1)?.trim() ?? '';
  const isEnd = last.length >= mark.length && last === mark.charAt(0).repeat(last.length);
  return { mark, isOpen: !isEnd, language: end ? (info.trim().split(/[\s{:]/)[0] ?? '') : '' };
}
