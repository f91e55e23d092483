const UNITS = ['byte', 'kilobyte', 'megabyte'] as const;

/** As the server counts its limits. */
const KILO = 1024;

/** A file's size as people say it: "4 kB". */
export function fileSize(bytes: number, locale = 'en'): string {
  const step = bytes < KILO ? 0 : bytes < KILO ** 2 ? 1 : 2;
  const value = bytes / KILO ** step;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}
