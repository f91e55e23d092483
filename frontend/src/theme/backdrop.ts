/** Pictures behind the page, and how much of the page has to lie over them for text to be readable. */
import { PICTURED } from './accent';
import { luminance, parse, type Rgb } from './colour';

/** How opaque the page is over its picture, from 0 to 1, in light themes and in dark ones. */
export interface Scrim {
  light: number;
  dark: number;
}

/** `--bg-sunken` of light themes and `--bg` of dark ones: the pages that hide a picture least. */
export const PAGE = { light: '#f7f5f1', dark: '#1b1a18' };
/** A picture is looked at in patches of about a letter's size: nobody reads single pixels. */
const PATCHES = 96;
const STEP = 0.02;
/** How wide a blurred picture is drawn, and what a pixel of it takes up on a usual screen. */
const SMALL = 640;
const SHARPEST_PX = 2;
const QUALITY = 0.85;

/** A picture as far as a background needs it: looked at once, and small enough to blur at once. */
export class Photo {
  private constructor(
    readonly scrim: Scrim,
    private readonly small: HTMLCanvasElement,
  ) {}

  /** Reads the picture at `address`. Rejects where there is none. */
  static async at(address: string): Promise<Photo> {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const patches = contextOf(drawn(picture, PATCHES, PATCHES));
    const scrim = scrimOf(patches.getImageData(0, 0, PATCHES, PATCHES).data);
    const height = Math.max(1, Math.round((SMALL * picture.height) / picture.width));
    return new Photo(scrim, drawn(picture, SMALL, height));
  }

  /**
   * The picture blurred over about `px` of the screen, as a `data:` address. A filter of the browser's
   * would do it again for every frame that something scrolls over it.
   */
  blurred(px: number): string {
    const least = Math.ceil(SMALL / (1 + px / SHARPEST_PX));
    let canvas = this.small;
    while (canvas.width > least) canvas = scaled(canvas, Math.max(least, canvas.width / 2));
    while (canvas.width < SMALL) canvas = scaled(canvas, Math.min(SMALL, canvas.width * 2));
    return canvas.toDataURL('image/webp', QUALITY);
  }
}

function scaled(from: HTMLCanvasElement, wanted: number): HTMLCanvasElement {
  const width = Math.max(1, Math.floor(wanted));
  return drawn(from, width, Math.max(1, Math.round((from.height * width) / from.width)));
}

function drawn(from: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = contextOf(canvas);
  context.imageSmoothingQuality = 'high';
  context.drawImage(from, 0, 0, width, height);
  return canvas;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws no pictures.');
  return context;
}

/** The least scrim over pixels (red, green, blue, alpha, from 0 to 255) on which text is readable. */
export function scrimOf(pixels: Uint8ClampedArray): Scrim {
  const light = parse(PAGE.light);
  const dark = parse(PAGE.dark);
  const darkest = luminance(parse(PICTURED.light));
  const lightest = luminance(parse(PICTURED.dark));
  return {
    light: least(coloursOf(pixels, light), light, (found) => found >= darkest),
    dark: least(coloursOf(pixels, dark), dark, (found) => found <= lightest),
  };
}

function least(colours: Rgb[], page: Rgb, isEnough: (luminance: number) => boolean): number {
  let scrim = 0;
  for (const colour of colours)
    while (scrim < 1 && !isEnough(luminance(mix(colour, page, scrim)))) scrim += STEP;
  return Math.min(1, scrim);
}

/** The pixels over the page, which shows where the picture lets it through. */
function coloursOf(pixels: Uint8ClampedArray, page: Rgb): Rgb[] {
  const colours: Rgb[] = [];
  for (let at = 0; at < pixels.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
    colours.push(mix([red / 255, green / 255, blue / 255], page, 1 - alpha / 255));
  }
  return colours;
}

/** `over` at an opacity of `part` upon `colour`, as a browser paints it. */
export function mix(colour: Rgb, over: Rgb, part: number): Rgb {
  const [red, green, blue] = colour;
  const at = (one: number, other: number): number => one * (1 - part) + other * part;
  return [at(red, over[0]), at(green, over[1]), at(blue, over[2])];
}
