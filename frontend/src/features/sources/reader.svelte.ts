import { createContext } from 'svelte';

/** A place in a document. */
export interface Place {
  document: string;
  title: string;
  page: number | null;
  headings: readonly string[];
  /** The passage that is to be seen, by its id; null where there is none. */
  passage: string | null;
  /** Its words; empty where there is none. */
  text: string;
}

/** What is asked to be read beside a conversation; the pane that shows it is loaded then. */
export class Reader {
  /** One that is asked for again is a new wish. */
  wanted = $state.raw<Place | null>(null);

  /** `show` opens the pane; null where there is none, and documents open in tabs of their own. */
  constructor(private readonly show: (() => void) | null) {}

  get hasPane(): boolean {
    return this.show !== null;
  }

  /** Opens the pane on a plain click of a link; any other click is the browser's. */
  follow(event: MouseEvent, place: Place): void {
    if (this.show === null || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.wanted = { ...place };
    this.show();
  }
}

export const [getReader, setReader] = createContext<Reader>();
