/** Reads the fence of a code block from its source. */

import type { Language } from './languages';

export interface Fence {
  /** The opening marks; empty for an indented block. */
  mark: string;
  /** Whether the end has not been written yet. */
  isOpen: boolean;
  /** The first word after the marks once its line is complete; empty when there is none. */
  language: string;
  /** The name of the file, where the fence says one; without folders. */
  file: string;
}

/** Files that are known by a name rather than by an ending. */
const NAMES: Readonly<Record<string, string>> = {
  cmake: 'CMakeLists.txt',
  dockerfile: 'Dockerfile',
  makefile: 'Makefile',
};

/** The fence of a code token's `raw` source. */
export function fenceOf(raw: string): Fence {
  const [, mark = '', info = '', end = ''] = /^ {0,3}(`{3,}|~{3,})([^\n]*)(\n?)/.exec(raw) ?? [];
  if (mark === '') return { mark, isOpen: false, language: '', file: '' };
  const trimmed = raw.trimEnd();
  const lineStart = trimmed.lastIndexOf('\n') + 1;
  const last = lineStart === 0 ? '' : trimmed.slice(lineStart).trim();
  const isEnd = last.length >= mark.length && last === mark.charAt(0).repeat(last.length);
  const said = end ? info.trim() : '';
  return { mark, isOpen: !isEnd, language: said.split(/[\s{:]/)[0] ?? '', file: fileOf(said) };
}

/** `python title="src/app.py"`, `python:src/app.py` and `python app.py` name a file. */
function fileOf(info: string): string {
  const [, path = ''] =
    /\b(?:title|file|filename|name)=["']?([^"'\s]+)/.exec(info) ??
    /^[^\s:]+[:\s]([\w./-]+\.\w+)$/.exec(info) ??
    [];
  const name = path.split('/').at(-1) ?? '';
  return /^[\w-][\w.-]{0,99}$/.test(name) && name.includes('.') ? name : '';
}

/** What the fence calls its code: the name of a file, or `title="My page"`. */
export function titleOf(raw: string): string {
  const [, info = ''] = /^ {0,3}(?:`{3,}|~{3,})([^\n]*)\n/.exec(raw) ?? [];
  const title = /\btitle=(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(info)?.slice(1) ?? [];
  return fileOf(info.trim()) || (title.find((words) => words !== undefined) ?? '').trim();
}

/** What the code is called when it is saved. */
export function fileNameOf(fence: Fence, language: Language | undefined): string {
  if (fence.file) return fence.file;
  if (fence.language.toLowerCase() === 'mermaid') return 'diagram.mmd';
  return NAMES[language?.id ?? ''] ?? `code.${language?.extension ?? 'txt'}`;
}
