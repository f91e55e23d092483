import type { Widget } from '@lumino/widgets';
import { Token } from '@lumino/coreutils';

/** The side panel, for plugins that bring something into it or to the front. */
export interface IDostPanel {
  readonly widget: Widget;
  /** Brings the panel to the front, opening its side area. */
  activate(): void;
}

export const IDostPanel = new Token<IDostPanel>(
  '@dost/labextension:IDostPanel',
  "dost's panel in the side area.",
);
