/** More columns than this cannot be read beside each other. */
export const MOST_BESIDE = 4;

/** The chosen models with `id` added or taken out. One always stays; one too many is not added. */
export function toggled(chosen: readonly string[], id: string): string[] {
  if (!chosen.includes(id)) return chosen.length < MOST_BESIDE ? [...chosen, id] : [...chosen];
  return chosen.length === 1 ? [...chosen] : chosen.filter((other) => other !== id);
}
