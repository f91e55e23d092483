/** A piece of a snippet: what was found, or what stands around it. */
export interface Piece {
  text: string;
  found: boolean;
}

/** Divides a snippet at its matches, which are in order and count UTF-16 units. */
export function piecesOf(snippet: string, matches: readonly (readonly number[])[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const add = (end: number, found: boolean): void => {
    if (end > at) pieces.push({ text: snippet.slice(at, end), found });
    at = Math.max(at, end);
  };
  for (const [begin = 0, end = 0] of matches) {
    add(begin, false);
    add(end, true);
  }
  add(snippet.length, false);
  return pieces;
}
