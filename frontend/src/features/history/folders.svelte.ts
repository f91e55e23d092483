import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Api } from '$lib/api/api';
import type { Folder, FolderChanges, NewFolder } from '$lib/api/types';
import { flatten, treeOf } from './folder-tree';
import type { History } from './history.svelte';

const OPEN = 'dost.folders';

/** The user's folders, and which of them stand open in this browser. */
export class Folders {
  items = $state<Folder[]>([]);
  readonly open = new SvelteSet<string>(stored());
  readonly tree = $derived(treeOf(this.items));
  readonly list = $derived(flatten(this.tree));

  constructor(
    private readonly api: Api,
    private readonly history: History,
  ) {}

  async load(): Promise<void> {
    this.items = (await this.api.folders.list()).items;
    const known = new Set(this.items.map(({ id }) => id));
    await Promise.all(
      [...this.open].filter((id) => known.has(id)).map((id) => this.history.loadFolder(id)),
    );
  }

  get(id: string | null | undefined): Folder | undefined {
    return this.items.find((folder) => folder.id === id);
  }

  async toggle(id: string): Promise<void> {
    if (this.open.has(id)) this.open.delete(id);
    else this.open.add(id);
    localStorage.setItem(OPEN, JSON.stringify([...this.open]));
    if (this.open.has(id)) await this.history.loadFolder(id);
  }

  async create(folder: NewFolder): Promise<Folder> {
    const made = await this.api.folders.create(folder);
    this.#put(made);
    return made;
  }

  async change(id: string, changes: FolderChanges): Promise<void> {
    this.#put(await this.api.folders.patch(id, changes));
  }

  /** Dissolves a folder; what is in it moves to where it was. */
  async remove(id: string): Promise<void> {
    await this.api.folders.remove(id);
    await Promise.all([this.load(), this.history.load()]);
  }

  clear(): void {
    this.items = [];
  }

  #put(folder: Folder): void {
    const before = this.get(folder.id);
    const kept = before ? { ...folder, conversations: before.conversations } : folder;
    this.items = [...this.items.filter(({ id }) => id !== folder.id), kept];
  }
}

function stored(): string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(OPEN) ?? '[]');
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

export const [getFolders, setFolders] = createContext<Folders>();
