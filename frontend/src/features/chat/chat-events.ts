import type { Conversation } from '$lib/api/types';
import type { Chat } from './chat.svelte';

/** What others want to hear of a conversation. */
export interface ChatEvents {
  /** The server gave a new chat its id. */
  created(chat: Chat): void;
  loaded(conversation: Conversation): void;
  titled(id: string, title: string): void;
  /** Something was saved: the conversation is the newest now. */
  touched(id: string): void;
  /** A turn has come to its end. */
  settled(id: string): void;
}
