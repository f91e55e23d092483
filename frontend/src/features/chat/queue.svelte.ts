import { readOwnList, writeOwnList } from '$lib/own-storage';
import type { Written } from './written';

/** A prompt that was written while an answer was on its way. */
export interface Queued extends Written {
  id: string;
  /** The tab that sends it when its turn has come; others only show it. */
  tab: string;
}

const TAB = 'dost.tab';

/** The prompts that wait for the end of an answer, oldest first. They outlive a reload. */
export class Queue {
  items = $state.raw<readonly Queued[]>([]);
  /** The one that is being rewritten: nothing goes meanwhile. */
  editing = $state<string | null>(null);
  /** What could not be sent waits until it is told to go. */
  #held = $state(false);
  /** The one that goes when the answer is complete. */
  readonly next = $derived(
    this.#held || this.editing !== null
      ? undefined
      : this.items.find(({ tab }) => tab === thisTab()),
  );
  #of: string | null = null;
  /** Whether the browser had room for them; if not they live as long as the tab. */
  #stored = false;

  /** Names the conversation: only then is there a place to keep them. */
  name(id: string): void {
    if (this.#of === id) return;
    this.#of = id;
    this.#keep([...readOwnList(nameOf(id), isQueued), ...this.items]);
  }

  add(written: Written): void {
    this.#keep([...this.#saved(), { ...written, id: newName(), tab: thisTab() }]);
  }

  change(id: string, text: string): void {
    this.#keep(this.#saved().map((item) => (item.id === id ? { ...item, text } : item)));
  }

  remove(id: string): void {
    this.#keep(this.#saved().filter((item) => item.id !== id));
  }

  /** Takes one out to send it; nothing where another tab was quicker. */
  take(id: string): Queued | undefined {
    const found = this.#saved().find((item) => item.id === id);
    this.remove(id);
    this.#held = false;
    return found;
  }

  /** Keeps what could not be sent until it is told to go. */
  putBack(item: Queued): void {
    this.#held = true;
    this.#keep([{ ...item, tab: thisTab() }, ...this.#saved()]);
  }

  #saved(): readonly Queued[] {
    return this.#of !== null && this.#stored ? readOwnList(nameOf(this.#of), isQueued) : this.items;
  }

  #keep(items: readonly Queued[]): void {
    this.items = items;
    this.#stored = this.#of !== null && writeOwnList(nameOf(this.#of), items);
  }
}

/** A name for this tab that a reload does not change. */
function thisTab(): string {
  const known = sessionStorage.getItem(TAB) ?? newName();
  sessionStorage.setItem(TAB, known);
  return known;
}

/** Not by `randomUUID`, which a server without HTTPS lacks. */
function newName(): string {
  return Math.random().toString(36).slice(2);
}

function isQueued(item: unknown): item is Queued {
  return (
    typeof item === 'object' &&
    item !== null &&
    ['id', 'text', 'tab'].every((name) => typeof Reflect.get(item, name) === 'string') &&
    Array.isArray(Reflect.get(item, 'files'))
  );
}

function nameOf(conversation: string): string {
  return `queue.${conversation}`;
}
