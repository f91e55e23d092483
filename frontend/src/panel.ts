import { mount, unmount } from 'svelte';
import App from './app/App.svelte';
import type { Host } from './app/host';
import { throughSlots, type Draw } from './features/execution/draw';
import type { OpenNotebook } from './features/notebooks/notebooks';
import { rememberedChoice, speak } from './lib/i18n';
import { memoryLocation } from './lib/router/router.svelte';
import { adopt } from './theme/adopt';
import styles from './theme/app.css?inline';

/** What the JupyterLab extension gives the panel. */
export interface PanelHost {
  /** The Jupyter server's base URL with `dost/` after it, ending in a slash. */
  baseUrl: string;
  isDark(): boolean;
  /** Calls `listener` when Lab's theme changes; the result ends that. */
  onThemeChange(listener: () => void): () => void;
  /** Saves a notebook beside the user's own and opens it. */
  openNotebook: OpenNotebook;
  /** Draws what dost does not, with Lab's own renderers. */
  draw: Draw;
}

/** Shows dost inside `root`; the result takes it away again. */
export function mountPanel(root: ShadowRoot | HTMLElement, panel: PanelHost): () => void {
  const shadow =
    root instanceof ShadowRoot ? root : (root.shadowRoot ?? root.attachShadow({ mode: 'open' }));
  const giveBack = adopt(shadow, styles);
  const shell = shadow.host as HTMLElement;
  const showTheme = (): void => void (shell.dataset['theme'] = panel.isDark() ? 'dark' : 'light');
  showTheme();
  const forget = panel.onThemeChange(showTheme);
  const host: Host = {
    kind: 'panel',
    config: {
      base_url: panel.baseUrl,
      mode: 'local',
      version: '',
      sign_up: 'closed',
      first_run: false,
      xsrf_cookie: '_xsrf',
    },
    location: memoryLocation(),
    build: null,
    showLook: () => undefined,
    hidePicture: () => undefined,
    openNotebook: (name, notebook) => panel.openNotebook(name, notebook),
    draw: throughSlots(shell, (data, metadata) => panel.draw(data, metadata)),
  };
  speak(rememberedChoice()).catch(() => undefined);
  const app = mount(App, { target: shadow, props: { host } });
  return () => {
    forget();
    void unmount(app);
    giveBack();
  };
}
