import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

type Renderers = Pick<IRenderMimeRegistry, 'preferredMimeType' | 'createModel' | 'createRenderer'>;

/** Puts a drawing into a place on the page, or says that it failed; the result takes it away. */
export type Drawing = (place: HTMLElement, fail: (error: unknown) => void) => () => void;

/** How a bundle of MIME types would be drawn; null where nothing can. */
export type Draw = (
  data: ReadonlyPartialJSONObject,
  metadata: ReadonlyPartialJSONObject,
) => Drawing | null;

/**
 * Draws with Lab's renderers and those of its extensions, as far as Lab takes them for safe, and
 * as what nobody vouches for: a chat may come from somebody else, and a model writes code, too.
 */
export function drawerOf(renderers: Renderers | null): Draw {
  return (data, metadata) => {
    const type = renderers?.preferredMimeType(data, 'ensure');
    if (!renderers || type === undefined) return null;
    return (place, fail) => {
      const renderer = renderers.createRenderer(type);
      const model = renderers.createModel({ data, metadata, trusted: false });
      Widget.attach(renderer, place);
      renderer.renderModel(model).catch((error: unknown) => {
        if (!renderer.isDisposed) fail(error);
      });
      const forget = onResize(place, () => {
        MessageLoop.sendMessage(renderer, Widget.ResizeMessage.UnknownSize);
      });
      return () => {
        forget();
        renderer.dispose();
      };
    };
  };
}

/** Calls `listener` when the width changes that an element was given; the result ends that. */
function onResize(element: HTMLElement, listener: () => void): () => void {
  let width = element.clientWidth;
  const observer = new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    listener();
  });
  observer.observe(element);
  return () => {
    observer.disconnect();
  };
}
