import type { DostConfig } from '$lib/api/config';
import type { Settings } from '$lib/api/types';
import type { Draw } from '../features/execution/draw';
import type { OpenNotebook } from '../features/notebooks/notebooks';
import type { Location } from '$lib/router/router.svelte';

/** What differs between the page and a panel in JupyterLab. */
export interface Host {
  kind: 'page' | 'panel';
  config: DostConfig;
  location: Location;
  /** The file that this build begins with; null where nothing is kept in the browser. */
  build: string | null;
  /** Looks as the user's settings say; a panel looks as JupyterLab does. */
  showLook(settings: Settings): void;
  /** Whose picture is behind the page has gone; the rest of the look stays. */
  hidePicture(): void;
  /** Opens notebooks, in JupyterLab; null elsewhere. */
  openNotebook: OpenNotebook | null;
  /** Draws what dost does not, in JupyterLab. */
  draw: Draw;
}
