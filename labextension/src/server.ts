import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { version } from '../package.json';
import type { Draw } from './draw';
import type { OpenNotebook } from './notebook';
import { STARTING, verdict } from './verdict';

/** What the panel's module, which the server provides, must be given. */
export interface PanelHost {
  /** The address of dost on the server, ending in a slash. */
  baseUrl: string;
  isDark(): boolean;
  /** Calls `listener` when Lab's theme changes; the result ends that. */
  onThemeChange(listener: () => void): () => void;
  /** Saves a notebook beside the user's own and opens it. */
  openNotebook: OpenNotebook;
  /** Draws what dost does not, with Lab's own renderers. */
  draw: Draw;
}

/** How long to wait, in ms, before a server that starts is asked again. */
const PAUSES = [500, 1_000, 2_000, 4_000, 8_000];

interface PanelModule {
  /** Shows dost inside `root`; the result takes it away again. */
  mountPanel(root: ShadowRoot, host: PanelHost): () => void;
}

/** dost's part of the Jupyter server. */
export class DostServer {
  readonly baseUrl: string;

  constructor(private readonly settings: ServerConnection.ISettings) {
    this.baseUrl = URLExt.join(settings.baseUrl, 'dost/');
  }

  /** Why dost cannot be shown, as a sentence; undefined when it can. Waits while it starts. */
  async problem(): Promise<string | undefined> {
    for (const pause of PAUSES) {
      const found = await this.#ask();
      if (found !== STARTING) return found;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return STARTING;
  }

  async #ask(): Promise<string | undefined> {
    const address = URLExt.join(this.baseUrl, 'api/v1/health');
    try {
      const response = await ServerConnection.makeRequest(address, {}, this.settings);
      const health: unknown = response.ok ? await response.json() : undefined;
      return verdict(response.status, health, version);
    } catch {
      return 'The Jupyter server does not answer. Check that it is running, then try again.';
    }
  }

  /** The panel as the server's own build has it, so that both are always of one version. */
  async panel(): Promise<PanelModule> {
    const address = URLExt.join(this.baseUrl, 'panel.js');
    return (await import(/* webpackIgnore: true */ address)) as PanelModule;
  }
}
