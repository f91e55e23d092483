const LOCALE = 'en';
const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
const date = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' });
const month = new Intl.DateTimeFormat(LOCALE, { month: 'long', year: 'numeric' });

/** "3 hours ago", "yesterday", "now". */
export function ago(time: string, now: Date): string {
  const seconds = (Date.parse(time) - now.getTime()) / 1000;
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  return step
    ? relative.format(Math.round(seconds / step[1]), step[0])
    : relative.format(0, 'second');
}

/** "23 Nov 2026", as the language writes it. */
export function day(time: string): string {
  return date.format(new Date(time));
}

/** "November 2026". */
export function monthName(year: number, index: number): string {
  return month.format(new Date(year, index));
}
