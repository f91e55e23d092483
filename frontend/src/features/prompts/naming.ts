const LONGEST_NAME = 60;
const LONGEST_TITLE = 60;

/** What is typed after the slash for a prompt of that title; empty where no letter is in it. */
export function nameFor(title: string): string {
  return spelled(title)
    .replace(/^[-_]+/, '')
    .slice(0, LONGEST_NAME)
    .replace(/[-_]+$/, '');
}

/** A name while it is typed: what a name cannot hold becomes a dash. */
export function spelled(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, '-');
}

/** The beginning of a text, to be its title. */
export function titleFor(content: string): string {
  const line = content.trim().split('\n', 1)[0]?.trim() ?? '';
  if (line.length <= LONGEST_TITLE) return line;
  return `${line.slice(0, LONGEST_TITLE).replace(/\s+\S*$/, '')}…`;
}
