/**
 * What the page and the frame of a widget say to each other, over a port that the page hands over.
 * The page holds the kernel's line and the raw models; the frame runs the widgets' code, and is not
 * trusted: `from-frame.ts` reads what it says.
 */

/** A value of JSON as it came, of whatever shape. */
export type State = Record<string, unknown>;

/** Bytes of a state, and where in it they belong. */
export interface Part {
  path: (string | number)[];
  data: ArrayBuffer;
}

/** A model as its kernel describes it. */
export interface RawModel {
  name: string;
  module: string;
  version: string;
  state: State;
  parts: Part[];
}

/** How the page looks: the scheme its colours are for, and custom properties by their names. */
export interface Look {
  scheme: string;
  properties: Record<string, string>;
}

/** The names of controls that have none, in the page's language. */
export type Words = Record<'play' | 'stop' | 'repeat' | 'value', string>;

/** The first word to a frame, by `window.postMessage`; the port comes with it. */
export const GREETING = 'dost-widget';

export type ToFrame =
  /** Shows a model; without a kernel it is shown as it was. */
  | { type: 'start'; root: string; isLive: boolean; look: Look; words: Words }
  | { type: 'look'; look: Look }
  /** Answers `want`; null where there is no such model. */
  | { type: 'model'; id: string; model: RawModel | null }
  /** The kernel said something to a model, perhaps in answer to the message `parent`. */
  | { type: 'message'; id: string; data: State; buffers: ArrayBuffer[]; parent: string }
  /** The kernel is done with a message, or never got it. */
  | { type: 'idle'; parent: string }
  | { type: 'close'; id: string }
  /** Makes a model that is not seen: a link between others. */
  | { type: 'run'; id: string }
  /** The kernel is gone: from now on nothing can be changed. */
  | { type: 'gone' };

export type Trouble =
  /** The code of this module is not here. */
  | { kind: 'module'; detail: string }
  /** The widget's code did not run. */
  | { kind: 'code'; detail: string }
  /** The widget's code wanted something from this address. */
  | { kind: 'network'; detail: string };

export interface Sent {
  type: 'comm_open' | 'comm_msg' | 'comm_close';
  /** Of the comm, which is that of the model. */
  id: string;
  /** Of the message. */
  message: string;
  /** Of a `comm_open`. */
  target: string;
  data: State;
  metadata: State;
  buffers: ArrayBuffer[];
}

export type FromFrame =
  | { type: 'want'; id: string }
  | Sent
  | { type: 'height'; height: number }
  | { type: 'trouble'; trouble: Trouble };
