import type { Artifact, Shown } from './shelf';
import type { Version } from './artifact';

/** Which version of which artifact is looked at. */
export class Viewing {
  #key = $state<string | null>(null);
  /** The version that was turned to; whoever looks at the newest follows to what is newer. */
  #at = $state<string | null>(null);
  /** How many versions there were at that time. */
  #known = $state(0);

  constructor(private readonly shown: () => Shown) {}

  /** Undefined where it is not in the branch. */
  readonly artifact: Artifact | undefined = $derived.by(() =>
    this.#key === null ? undefined : this.shown().artifacts.get(this.#key),
  );
  readonly versions: readonly Version[] = $derived(this.artifact?.versions ?? []);
  readonly index: number = $derived.by(() => {
    const at = this.versions.findIndex(({ id }) => id === this.#at);
    return at === -1 ? this.versions.length - 1 : at;
  });
  readonly version: Version | undefined = $derived(this.versions[this.index]);
  readonly before: Version | undefined = $derived(this.versions[this.index - 1]);
  /** The number of a version that has come while an older one is looked at. */
  readonly newer: number | null = $derived.by(() => {
    const { length } = this.versions;
    return this.#at !== null && length > this.#known && this.index < length - 1 ? length : null;
  });
  /** The number of the version that is being written. */
  readonly coming: number | null = $derived.by(() => {
    const { artifact } = this;
    const isThis = this.shown().unfinished.some(
      ({ kind, title }) =>
        kind === artifact?.kind &&
        (title === '' || title.toLowerCase() === artifact.title.toLowerCase()),
    );
    return isThis ? this.versions.length + 1 : null;
  });

  /** Looks at a block of an answer, or at what it was put into. */
  open(id: string): void {
    for (const { key, versions } of this.shown().artifacts.values()) {
      const version = versions.find((one) => one.id === id || one.parts?.includes(id));
      if (!version) continue;
      this.#key = key;
      this.turnTo(version.id);
      return;
    }
    this.#key = null;
  }

  turnTo(id: string): void {
    this.#known = this.versions.length;
    this.#at = id === this.versions.at(-1)?.id ? null : id;
  }

  turnToNewest(): void {
    this.#at = null;
  }
}
