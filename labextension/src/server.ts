import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { version } from '../package.json';
import { verdict } from './verdict';

/** What the panel's module, which the server provides, must be given. */
export interface PanelHost {
  /** The address of dost on the server, ending in a slash. */
  baseUrl: string;
  isDark(): boolean;
  /** Calls `listener` when Lab's theme changes; the result ends that. */
  onThemeChange(listener: () => void): () => void;
}

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

  /** Why dost cannot be shown, as a sentence; undefined when it can. */
  async problem(): Promise<string | undefined> {
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
