/** Line by line, what one version has that the one before has not. */
import { diffLines } from 'diff';

export type Row =
  | { kind: 'same' | 'added' | 'removed'; lines: readonly string[] }
  /** Lines that are the same and are left out. */
  | { kind: 'gap'; count: number };

const AROUND = 3;
/** Two versions that have so little in common are not compared to the end. */
const LONGEST_MS = 1_000;

/** The changes with some lines around each; undefined where the two are compared in vain. */
export function changes(before: string, after: string): Row[] | undefined {
  const parts = diffLines(ended(before), ended(after), { timeout: LONGEST_MS });
  if (!parts?.some(({ added, removed }) => added || removed)) return parts && [];
  return parts.flatMap(({ value, added, removed }, index): Row[] => {
    const lines = value.replace(/\n$/, '').split('\n');
    if (added || removed) return [{ kind: added ? 'added' : 'removed', lines }];
    return shortened(lines, index === 0, index === parts.length - 1);
  });
}

/** The end of the last line is none of its words. */
function ended(text: string): string {
  return `${text.trimEnd()}\n`;
}

function shortened(lines: string[], isFirst: boolean, isLast: boolean): Row[] {
  const head = isFirst ? 0 : AROUND;
  const tail = isLast ? 0 : AROUND;
  const count = lines.length - head - tail;
  // A gap that is no shorter than what it hides hides nothing.
  if (count < 2) return [{ kind: 'same', lines }];
  const rows: Row[] = [
    { kind: 'same', lines: lines.slice(0, head) },
    { kind: 'gap', count },
    { kind: 'same', lines: lines.slice(lines.length - tail) },
  ];
  return rows.filter((row) => row.kind === 'gap' || row.lines.length > 0);
}
