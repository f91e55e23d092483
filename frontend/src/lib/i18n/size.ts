const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** As the server counts its limits. */
const KILO = 1024;

/** A file's size as people say it: "4 kB". */
export function fileSize(bytes: number, locale = 'en'): string {
  const step = UNITS.findLastIndex((_, power) => power === 0 || bytes >= KILO ** power);
  const value = bytes / KILO ** step;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}
