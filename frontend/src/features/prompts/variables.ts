/** A place in a prompt that somebody fills in. */
export interface Variable {
  name: string;
  /** What stands there unless something else is written; empty where the prompt says nothing. */
  fallback: string;
}

/** What dost knows by itself when a prompt is used. */
export interface Known {
  user: string;
  now: Date;
  /** Null where the browser does not let the page read it. */
  clipboard: string | null;
}

// {{name}} or {{name|what stands there}}; a backslash before it leaves it as it is written.
const VARIABLE =
  /(\\?)\{\{\s*([\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_ -]*[\p{L}\p{M}\p{N}_])?)\s*(?:\|([^{}]*))?\}\}/gu;

/** The variables of a prompt, each once, in their order. */
export function variablesOf(content: string): Variable[] {
  const found = new Map<string, Variable>();
  for (const [, kept, name = '', fallback = ''] of content.matchAll(VARIABLE)) {
    if (kept) continue;
    const known = found.get(name);
    if (!known) found.set(name, { name, fallback: fallback.trim() });
    else known.fallback ||= fallback.trim();
  }
  return [...found.values()];
}

/** The prompt with its variables filled in; what has no value keeps what the prompt says. */
export function fill(content: string, values: ReadonlyMap<string, string>): string {
  return content.replace(VARIABLE, (whole, kept: string, name: string, fallback?: string) =>
    kept ? whole.slice(1) : (values.get(name) ?? fallback?.trim() ?? ''),
  );
}

/** Whether a variable is the clipboard, in dost's spelling or in Open WebUI's. */
export function isClipboard({ name }: Variable): boolean {
  return plain(name) === 'clipboard';
}

/** The values of those variables that nobody needs to be asked for, by name. */
export function valuesKnown(
  variables: readonly Variable[],
  { user, now, clipboard }: Known,
): Map<string, string> {
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}`;
  const values = new Map([
    ['date', date],
    ['time', time],
    ['datetime', `${date} ${time}`],
    ['weekday', now.toLocaleDateString(undefined, { weekday: 'long' })],
    ['user', user],
  ]);
  if (clipboard !== null) values.set('clipboard', clipboard);
  const found = new Map<string, string>();
  for (const { name } of variables) {
    const value = values.get(plain(name));
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

/** A name in one spelling: Open WebUI writes CURRENT_DATE, USER_NAME and CLIPBOARD. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/^current_/, '')
    .replace(/^user_name$/, 'user');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
