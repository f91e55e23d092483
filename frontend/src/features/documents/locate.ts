/** A part of one of several texts. */
export interface Span {
  /** Which text. */
  index: number;
  start: number;
  end: number;
}

/** Letters and digits alone, and where each of them stands. */
interface Folded {
  text: string;
  indices: number[];
  starts: number[];
  ends: number[];
}

/** How many letters have to agree before two texts are taken to say the same. */
const SEED = 16;
/** How many places are tried for the best agreement. */
const MOST_TRIED = 200;

/**
 * Where `wanted` is said in texts that follow each other. What was read out of a document differs
 * from what is shown in spaces, hyphens, ligatures and lines between, so letters are compared
 * alone; where only parts agree, these are found.
 */
export function locate(texts: readonly string[], wanted: string): Span[] {
  const page = fold(texts);
  const words = fold([wanted]).text;
  return runsOf(page.text, words).flatMap(([from, to]) => spansOf(page, from, to));
}

function fold(texts: readonly string[]): Folded {
  const folded: Folded = { text: '', indices: [], starts: [], ends: [] };
  const kept: string[] = [];
  texts.forEach((text, index) => {
    let at = 0;
    for (const character of text) {
      const end = at + character.length;
      for (const letter of lettersOf(character)) {
        kept.push(letter);
        folded.indices.push(index);
        folded.starts.push(at);
        folded.ends.push(end);
      }
      at = end;
    }
  });
  return { ...folded, text: kept.join('') };
}

const known = new Map<string, string>();

/** What is left of a character, in units that count one each. */
function lettersOf(character: string): string {
  const before = known.get(character);
  if (before !== undefined) return before;
  const letters = character
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
    // What lies beyond the basic plane would count two.
    .replace(/[\u{10000}-\u{10FFFF}]/gu, '□');
  known.set(character, letters);
  return letters;
}

type Run = [from: number, to: number];

function runsOf(page: string, words: string): Run[] {
  if (words === '') return [];
  const whole = page.indexOf(words);
  if (whole >= 0) return [[whole, whole + words.length]];
  const runs: Run[] = [];
  for (let at = 0; at + SEED <= words.length;) {
    const run = longestAt(page, words, at);
    if (run) runs.push(run);
    at += run ? run[1] - run[0] : 1;
  }
  return runs.sort(([a], [b]) => a - b);
}

/** The longest run of `page` that agrees with `words` from `at` on. */
function longestAt(page: string, words: string, at: number): Run | null {
  const seed = words.slice(at, at + SEED);
  let best: Run | null = null;
  let from = page.indexOf(seed);
  for (let tried = 0; from >= 0 && tried < MOST_TRIED; tried += 1) {
    let length = SEED;
    while (at + length < words.length && page[from + length] === words[at + length]) length += 1;
    if (!best || length > best[1] - best[0]) best = [from, from + length];
    from = page.indexOf(seed, from + 1);
  }
  return best;
}

/** The parts of the texts that a run covers, with what stands between its letters. */
function spansOf({ indices, starts, ends }: Folded, from: number, to: number): Span[] {
  const spans: Span[] = [];
  for (let at = from; at < to; at += 1) {
    const index = indices[at] ?? 0;
    const end = ends[at] ?? 0;
    const last = spans.at(-1);
    if (last?.index === index) last.end = end;
    else spans.push({ index, start: starts[at] ?? 0, end });
  }
  return spans;
}
