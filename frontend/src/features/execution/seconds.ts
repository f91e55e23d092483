import { language } from '$lib/i18n';

/** A span of ms in seconds, as precise as a reader wants it. */
export function seconds(ms: number): string {
  const value = ms / 1_000;
  const digits = value < 0.1 ? 2 : value < 10 ? 1 : 0;
  return new Intl.NumberFormat(language(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}
