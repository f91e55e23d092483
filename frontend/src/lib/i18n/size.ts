const UNITS = ['byte', 'kilobyte', 'megabyte'] as const;

/** A file's size as people say it: "4 kB". */
export function fileSize(bytes: number, locale = 'en'): string {
  const step = bytes < 1_000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  const value = bytes / 1_000 ** step;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}
