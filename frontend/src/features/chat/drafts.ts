const PREFIX = 'dost.draft.';
/** Larger drafts would fill the origin's storage; they live as long as the tab. */
const LONGEST = 200_000;

/** The unsent text of a conversation; `null` stands for the new chat. */
export function readDraft(id: string | null): string {
  return localStorage.getItem(key(id)) ?? '';
}

export function writeDraft(id: string | null, text: string): void {
  try {
    if (text === '' || text.length > LONGEST) localStorage.removeItem(key(id));
    else localStorage.setItem(key(id), text);
  } catch {
    // Storage is full: the draft lives as long as the tab.
  }
}

function key(id: string | null): string {
  return PREFIX + (id ?? 'new');
}
