/**
 * What the page and the frame of an artifact (`public/artifact.html`) say to each other, over a port
 * that the page hands over. The frame runs what a model wrote, and is not trusted: `from-frame.ts`
 * reads what it says.
 */

/** The first word to a frame, by `window.postMessage`; the port comes with it. */
export const GREETING = 'dost-artifact';

export type ToFrame =
  /** Becomes this document; the first one counts. */
  | { type: 'show'; html: string }
  /** Answered by `here`. */
  | { type: 'ping' };

export type Level = 'log' | 'info' | 'warn' | 'error';

/** What the sandbox did not let happen. */
export type Blocked = 'load' | 'link' | 'form' | 'download';

export type FromFrame =
  | { type: 'here' }
  | { type: 'log'; level: Level; text: string; line?: number }
  | { type: 'blocked'; what: Blocked; address: string; line?: number }
  /** It would say more than is passed on. */
  | { type: 'more' };
