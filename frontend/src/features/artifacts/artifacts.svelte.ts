import { createContext } from 'svelte';

/** What is asked to be shown live of the code in answers; the pane that does so is loaded then. */
export class Artifacts {
  /** The id of a version. One that is asked for again is a new wish. */
  wanted = $state.raw<{ id: string } | null>(null);

  constructor(private readonly show: () => void = () => undefined) {}

  open(id: string): void {
    this.wanted = { id };
    this.show();
  }

  close(): void {
    this.wanted = null;
  }
}

export const [getArtifacts, setArtifacts] = createContext<Artifacts>();
