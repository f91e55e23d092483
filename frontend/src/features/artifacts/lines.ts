/** What the console of an artifact shows, and what a model is asked about it. */
import { t } from '$lib/i18n';
import type { Version } from './artifact';
import type { FromFrame, Level } from './protocol';

export interface Line {
  level: Level;
  text: string;
  /** Of the artifact's code. */
  line?: number;
}

/** What a frame said, as a line of the console. */
export function lineOf(message: FromFrame & { type: 'log' | 'blocked' }): Line {
  const place = message.line === undefined ? {} : { line: message.line };
  if (message.type === 'log') return { level: message.level, text: message.text, ...place };
  const { what, address } = message;
  const level = what === 'load' ? 'error' : 'warn';
  return { level, text: t(`artifact.blocked.${what}`, { address }), ...place };
}

const MOST_QUOTED = 2_000;

/** Asks for the whole artifact without these errors. */
export function fixPrompt({ kind, title }: Version, lines: readonly Line[]): string {
  const errors = new Set(lines.filter(({ level }) => level === 'error').map(sentence));
  let quoted = '';
  for (const error of errors) {
    const room = MOST_QUOTED - quoted.length;
    const next = quote(error);
    quoted += next.length <= room ? next : next.slice(0, room).trimEnd();
    if (next.length >= room) break;
  }
  const name = t(`artifact.kind.${kind}`);
  const begin = title
    ? t('artifact.fix.named', { title })
    : t('artifact.fix.unnamed', { kind: name.toLowerCase() });
  return `${begin}\n\n${quoted.trimEnd()}\n\n${t('artifact.fix.ask', { language: LANGUAGES[kind] })}`;
}

const LANGUAGES = {
  html: 'HTML',
  css: 'CSS',
  javascript: 'JavaScript',
  svg: 'SVG',
  mermaid: 'Mermaid',
  markdown: 'Markdown',
} as const;

function sentence({ text, line }: Line): string {
  return line === undefined ? text : t('artifact.atLine', { line, text });
}

/** What the artifact says is not what the user says. */
function quote(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .map((part) => `> ${part}\n`)
    .join('');
}
