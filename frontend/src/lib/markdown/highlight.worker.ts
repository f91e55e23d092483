/** Highlights beside the main thread: a long block would make the page stand still. */

import { htmlChunksOf } from './chunks';
import { highlight } from './highlight';
import type { Highlighted, ToHighlight } from './highlighter';

self.addEventListener('message', ({ data: { id, code, language } }: MessageEvent<ToHighlight>) => {
  void highlight(code, language).then((html) => {
    const answer: Highlighted = { id, chunks: html === undefined ? undefined : htmlChunksOf(html) };
    self.postMessage(answer);
  });
});
