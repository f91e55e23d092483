/** The only place that knows pdf.js: a document's pages, drawn and as text. */

import {
  getDocument,
  GlobalWorkerOptions,
  TextLayer,
  VerbosityLevel,
} from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import workerAddress from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

GlobalWorkerOptions.workerSrc = workerAddress;

const DATA = new URL(/* @vite-ignore */ __PDF_DATA__, import.meta.url).href;
/** Beyond that browsers fail to make a canvas. */
const MOST_PIXELS = 16_000_000;

export interface Size {
  width: number;
  height: number;
}

/** Where a page is drawn. */
export interface Sheet {
  canvas: HTMLCanvasElement;
  /** Takes the words, which lie over the drawing and cannot be seen. */
  words: HTMLElement;
}

/** A PDF that is shown. */
export class Pdf {
  readonly #loading: { destroy(): Promise<void> };

  private constructor(
    private readonly proxy: PDFDocumentProxy,
    /** The size of the first page, which most others have, in points. */
    readonly usual: Size,
  ) {
    this.#loading = proxy.loadingTask;
  }

  /** Throws where it is damaged, or locked. */
  static async open(content: Blob): Promise<Pdf> {
    const proxy = await getDocument({
      data: new Uint8Array(await content.arrayBuffer()),
      isEvalSupported: false,
      useWasm: false,
      enableXfa: false,
      verbosity: VerbosityLevel.ERRORS,
      cMapUrl: `${DATA}cmaps/`,
      cMapPacked: true,
      standardFontDataUrl: `${DATA}standard_fonts/`,
      wasmUrl: `${DATA}wasm/`,
    }).promise;
    const first = await proxy.getPage(1);
    const { width, height } = first.getViewport({ scale: 1 });
    return new Pdf(proxy, { width, height });
  }

  get pages(): number {
    return this.proxy.numPages;
  }

  async sizeOf(number: number): Promise<Size> {
    const page = await this.proxy.getPage(number);
    const { width, height } = page.getViewport({ scale: 1 });
    return { width, height };
  }

  /** The words of a page, without what lies between its lines. */
  async wordsOf(number: number): Promise<string> {
    const page = await this.proxy.getPage(number);
    const { items } = await page.getTextContent();
    return items.map((item) => ('str' in item ? item.str : '')).join('\n');
  }

  /** Draws a page and lays its words over it; false when `signal` was aborted before the end. */
  async draw(
    number: number,
    scale: number,
    { canvas, words }: Sheet,
    signal: AbortSignal,
  ): Promise<boolean> {
    const page = await this.proxy.getPage(number);
    if (signal.aborted) return false;
    const viewport = page.getViewport({ scale });
    const area = viewport.width * viewport.height;
    const density = Math.min(window.devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / area));
    canvas.width = Math.floor(viewport.width * density);
    canvas.height = Math.floor(viewport.height * density);
    const drawing = page.render({
      canvas,
      viewport,
      transform: [density, 0, 0, density, 0, 0],
    });
    signal.addEventListener('abort', () => drawing.cancel());
    try {
      await drawing.promise;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
    words.replaceChildren();
    const layer = new TextLayer({
      textContentSource: page.streamTextContent(),
      container: words,
      viewport,
    });
    await layer.render();
    return !signal.aborted;
  }

  close(): void {
    void this.#loading.destroy();
  }
}
