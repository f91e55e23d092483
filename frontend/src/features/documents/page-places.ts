import { locate } from './locate';

/** The number of the page that is looked at, from 1: the last that begins above a line of sight. */
export function pageAt(tops: (index: number) => number, count: number, sight: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (tops(middle) <= sight) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** Where the words of pages come from. */
interface Paged {
  readonly pages: number;
  wordsOf(number: number): Promise<string>;
}

/** A passage is hardly ever on more pages. */
const MOST_PAGES = 3;

/** What of a passage that begins on `page` is on which page, as it is written there. */
export async function partsOf(
  text: string,
  page: number,
  paged: Paged,
): Promise<Map<number, string>> {
  const count = Math.max(0, Math.min(MOST_PAGES, paged.pages - page + 1));
  const texts = await Promise.all(
    Array.from({ length: count }, (_, index) => paged.wordsOf(page + index)),
  );
  const parts = new Map<number, string>();
  for (const { index, start, end } of locate(texts, text)) {
    const before = parts.get(page + index);
    const part = texts[index]?.slice(start, end) ?? '';
    parts.set(page + index, before === undefined ? part : `${before}\n${part}`);
  }
  return parts;
}
