declare module 'anywidget' {
  import type { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';

  /** As `build/anywidget.ts` makes it. */
  export default function classes(base: {
    DOMWidgetModel: typeof DOMWidgetModel;
    DOMWidgetView: typeof DOMWidgetView;
  }): { AnyModel: typeof DOMWidgetModel; AnyView: typeof DOMWidgetView };
}
