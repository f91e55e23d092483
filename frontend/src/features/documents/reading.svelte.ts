import type { Api } from '$lib/api/api';
import { sentence } from '$lib/api/errors';
import type { ReadPassage } from '$lib/api/types';
import type { PlaceIn } from './names';

/** How many passages are asked for at once: some screens of them. */
const AT_ONCE = 40;
/** How many are held: a browser shows so many at ease. */
const MOST_HELD = 200;

export type End = 'before' | 'after';

/** What was read of a document, as far as it is looked at. */
export class Reading {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state('');
  passages = $state.raw<readonly ReadPassage[]>([]);
  total = $state(0);
  #busy: AbortController | null = null;

  constructor(
    private readonly api: Api,
    private readonly document: string,
  ) {}

  get isBefore(): boolean {
    return (this.passages[0]?.number ?? 0) > 0;
  }

  get isAfter(): boolean {
    return (this.passages.at(-1)?.number ?? this.total) < this.total - 1;
  }

  /**
   * Has the passages around a place; gives the number of the passage that is meant, null where none
   * is named or it is not there.
   */
  async open(place: PlaceIn): Promise<number | null> {
    const known = this.#known(place);
    if (known !== undefined) return known;
    const asked = this.#begin();
    this.state = 'loading';
    try {
      const which = { ...whichOf(place), limit: AT_ONCE };
      const { items, total, at } = await this.api.documents.passages(
        this.document,
        which,
        asked.signal,
      );
      if (asked.signal.aborted) return null;
      this.passages = items;
      this.total = total;
      this.state = 'ready';
      return at;
    } catch (error) {
      if (asked.signal.aborted) return null;
      this.failure = sentence(error);
      this.state = 'failed';
      return null;
    } finally {
      this.#end(asked);
    }
  }

  /** Has more at one end, and less at the other. `change` takes in what was found. */
  async more(end: End, change: (take: () => void) => Promise<void>): Promise<void> {
    const first = this.passages[0]?.number ?? 0;
    const next = (this.passages.at(-1)?.number ?? -1) + 1;
    if (this.#busy || !(end === 'before' ? this.isBefore : this.isAfter)) return;
    const start = end === 'before' ? Math.max(0, first - AT_ONCE) : next;
    const limit = end === 'before' ? first - start : AT_ONCE;
    const asked = this.#begin();
    try {
      const { items } = await this.api.documents.passages(
        this.document,
        { start, limit },
        asked.signal,
      );
      if (asked.signal.aborted) return;
      await change(() => {
        this.passages =
          end === 'before'
            ? [...items, ...this.passages].slice(0, MOST_HELD)
            : [...this.passages, ...items].slice(-MOST_HELD);
      });
    } catch (error) {
      // Whoever scrolls on asks once more.
      if (!asked.signal.aborted) this.failure = sentence(error);
    } finally {
      this.#end(asked);
    }
  }

  close(): void {
    this.#busy?.abort();
  }

  #begin(): AbortController {
    this.#busy?.abort();
    return (this.#busy = new AbortController());
  }

  #end(asked: AbortController): void {
    if (this.#busy === asked) this.#busy = null;
  }

  /** The number of a passage that is here already; undefined where it has to be asked for. */
  #known({ passage, around }: PlaceIn): number | undefined {
    if (this.state !== 'ready') return undefined;
    const isIt = ({ id, number }: ReadPassage): boolean =>
      passage ? id === passage : around != null && number === around;
    return this.passages.find(isIt)?.number;
  }
}

function whichOf({ passage, around, page }: PlaceIn) {
  if (passage) return { passage };
  if (around != null) return { around };
  return page ? { page } : { start: 0 };
}
