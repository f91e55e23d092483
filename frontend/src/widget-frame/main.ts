/** The document in which a widget's code runs, apart from the page and its origin. */
import './frame.css';
import { GREETING, type FromFrame, type ToFrame } from '../features/execution/widgets/protocol';
import { Frame } from './frame';

// It sends past a content security policy; where browsers know `Connection-Allowlist`, that holds it
// back as well.
for (const name of Object.getOwnPropertyNames(self))
  if (/^(?:webkit)?RTC/.test(name)) Reflect.deleteProperty(self, name);

addEventListener('message', ({ data, ports: [port], source }: MessageEvent<unknown>) => {
  if (source !== parent || data !== GREETING || !port) return;
  // In an origin of somebody's, what runs here could do all that they may.
  if (self.origin !== 'null') throw new Error('Widgets run in a sandbox only.');
  const frame = new Frame((message: FromFrame, moved: Transferable[] = []) =>
    port.postMessage(message, moved),
  );
  port.onmessage = ({ data: message }: MessageEvent<ToFrame>) => frame.take(message);
});
