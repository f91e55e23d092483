import type { DostConfig } from '$lib/api/config';
import type { Location } from '$lib/router/router.svelte';

/** What differs between the page and a panel in JupyterLab. */
export interface Host {
  kind: 'page' | 'panel';
  config: DostConfig;
  location: Location;
  /** The file that this build begins with; null where nothing is kept in the browser. */
  build: string | null;
  /** Shows a theme of the user's settings; a panel has JupyterLab's instead. */
  showTheme(theme: 'light' | 'dark' | 'oled' | 'system'): void;
}
