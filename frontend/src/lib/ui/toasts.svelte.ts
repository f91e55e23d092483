import { createContext } from 'svelte';

export interface Toast {
  id: number;
  text: string;
  kind: 'info' | 'error';
  action: { label: string; run: () => void } | null;
}

interface Undoable {
  text: string;
  undoLabel: string;
  undo: () => void;
  /** Runs once the chance to undo is over; `leaving` says that the page is going away. */
  commit: (leaving: boolean) => void;
}

const SHORT_MS = 4_000;
const UNDO_MS = 7_000;

/** Short notices over the page. */
export class Toasts {
  items = $state<Toast[]>([]);
  #next = 1;
  #closers = new Map<number, (leaving: boolean) => void>();

  info(text: string): void {
    this.#show({ text, kind: 'info', action: null }, SHORT_MS);
  }

  error(text: string): void {
    this.#show({ text, kind: 'error', action: null }, UNDO_MS);
  }

  /** Something that happened out of sight, and the way there; it goes by itself unless it `stays`. */
  offer(
    text: string,
    action: { label: string; run: () => void },
    { stays = false }: { stays?: boolean } = {},
  ): void {
    const run = (): void => {
      this.close(id);
      action.run();
    };
    const id = this.#show(
      { text, kind: 'info', action: { ...action, run } },
      stays ? null : UNDO_MS,
    );
  }

  /**
   * A deletion that takes effect when its toast goes, unless Undo is pressed before. The result
   * has it take effect at once.
   */
  undoable({ text, undoLabel, undo, commit }: Undoable): () => void {
    let undone = false;
    const run = (): void => {
      undone = true;
      undo();
      this.close(id);
    };
    const action = { label: undoLabel, run };
    const id = this.#show({ text, kind: 'info', action }, UNDO_MS, (leaving) => {
      if (!undone) commit(leaving);
    });
    return () => this.close(id);
  }

  close(id: number): void {
    this.#end(id, false);
  }

  /** The page is leaving: what was about to happen happens now. */
  flush = (): void => {
    for (const id of [...this.#closers.keys()]) this.#end(id, true);
  };

  #show(
    toast: Omit<Toast, 'id'>,
    ms: number | null,
    closed: (leaving: boolean) => void = () => undefined,
  ): number {
    const id = this.#next++;
    this.items.push({ id, ...toast });
    const timer = ms === null ? undefined : setTimeout(() => this.close(id), ms);
    this.#closers.set(id, (leaving) => {
      clearTimeout(timer);
      closed(leaving);
    });
    return id;
  }

  #end(id: number, leaving: boolean): void {
    const closed = this.#closers.get(id);
    this.#closers.delete(id);
    this.items = this.items.filter((toast) => toast.id !== id);
    closed?.(leaving);
  }
}

export const [getToasts, setToasts] = createContext<Toasts>();
