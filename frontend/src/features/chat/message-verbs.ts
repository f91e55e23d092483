import type { Message } from '$lib/api/types';
import type { CodeVerbs } from '../execution/code-verbs';
import type { CallVerbs } from '../tools/call-verbs';
import type { Again } from './chat.svelte';

/** What somebody thinks of an answer: that it is good, or bad. */
export type Rating = 1 | -1;

/** What can be done with a message. */
export interface MessageVerbs {
  /** Resolves to whether it is in the clipboard now. */
  copy: (message: Message) => Promise<boolean>;
  /** Asks a prompt anew in other words, as a new branch. */
  send: (message: Message, content: string) => void;
  /** Changes it in place. */
  save: (message: Message, content: string) => void;
  /** Says what one thinks of an answer; null takes that back. */
  rate: (message: Message, rating: Rating | null) => void;
  /** Answers once more, by the same model if none is named. */
  regenerate: (message: Message, again?: Partial<Again>) => void;
  continue: (message: Message) => void;
  /** Makes a new chat of what leads to it; a temporary one cannot be copied. */
  fork: ((message: Message) => void) | null;
  /** Makes it a prompt of the library. */
  keep: (message: Message) => void;
  remove: (message: Message) => void;
  show: (id: string) => void;
  /** Goes on with one of several answers. */
  pick: (message: Message) => void;
  readonly code: CodeVerbs;
  readonly calls: CallVerbs;
  /** Stops what writes it. */
  stop: (message: Message) => void;
}
