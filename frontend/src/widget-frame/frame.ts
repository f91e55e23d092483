import type { DOMWidgetModel } from '@jupyter-widgets/base';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { FromFrame, Look, ToFrame } from '../features/execution/widgets/protocol';
import { watchCode } from './any-widget';
import { FrameManager } from './manager';

/** The frame's end of the talk with the page. */
export class Frame {
  #manager: FrameManager | null = null;

  constructor(private readonly post: (message: FromFrame) => void) {}

  take(message: ToFrame): void {
    if (message.type === 'start') void this.#start(message);
    if (message.type === 'look') wear(message.look);
    const manager = this.#manager;
    if (manager === null) return;
    if (message.type === 'model') manager.take(message.id, message.model);
    if (message.type === 'message')
      manager.heard(message.id, message.data, message.buffers, message.parent);
    if (message.type === 'idle') manager.pending.idle(message.parent);
    if (message.type === 'close') manager.closed(message.id);
    if (message.type === 'run') void manager.get_model(message.id);
    if (message.type === 'gone') manager.disconnect();
  }

  async #start({ root, isLive, look, words }: Extract<ToFrame, { type: 'start' }>): Promise<void> {
    const place = document.getElementById('widget');
    if (!place || this.#manager) return;
    wear(look);
    const tell = (trouble: Extract<FromFrame, { type: 'trouble' }>['trouble']) =>
      this.post({ type: 'trouble', trouble });
    watchCode(tell);
    const manager = new FrameManager(this.post, tell, words, isLive);
    this.#manager = manager;
    const model = (await manager.get_model(root)) as DOMWidgetModel;
    const { luminoWidget: widget } = await manager.create_view(model);
    Widget.attach(widget, place);
    addEventListener('resize', () =>
      MessageLoop.postMessage(widget, Widget.ResizeMessage.UnknownSize),
    );
    new ResizeObserver(() =>
      this.post({ type: 'height', height: Math.ceil(place.getBoundingClientRect().height) }),
    ).observe(place);
  }
}

let worn: string[] = [];

function wear({ scheme, properties }: Look): void {
  const { style } = document.documentElement;
  for (const name of worn) style.removeProperty(name);
  style.colorScheme = scheme;
  worn = Object.keys(properties);
  for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
}
