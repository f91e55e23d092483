import { language, type Language } from './language.svelte';

const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

const made = new Map<Language, ReturnType<typeof makeFormats>>();

function makeFormats(locale: Language) {
  return {
    relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
    date: new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }),
    month: new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }),
  };
}

/** The formats of the language that the page speaks; they are dear to make. */
function formats(): ReturnType<typeof makeFormats> {
  const known = made.get(language()) ?? makeFormats(language());
  made.set(language(), known);
  return known;
}

/** "3 hours ago", "yesterday", "now". */
export function ago(time: string, now: Date): string {
  const { relative } = formats();
  const seconds = (Date.parse(time) - now.getTime()) / 1000;
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  return step
    ? relative.format(Math.round(seconds / step[1]), step[0])
    : relative.format(0, 'second');
}

/** How long something takes, roughly: "20 minutes", and never less than one. */
export function lasting(ms: number): string {
  const seconds = ms / 1000;
  // Twice its length: "90 minutes" says more than "2 hours".
  const step = STEPS.find(([, length]) => seconds >= 2 * length);
  const [unit, length] = step ?? (['minute', 60] as const);
  return new Intl.NumberFormat(language(), {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: 0,
  }).format(Math.max(1, seconds / length));
}

/** "23 Nov 2026", as the language writes it. */
export function day(time: string): string {
  return formats().date.format(new Date(time));
}

/** "November 2026". */
export function monthName(year: number, index: number): string {
  return formats().month.format(new Date(year, index));
}
