import type { Api } from '$lib/api/api';
import { backOff } from '$lib/api/backoff';
import { isPassing } from '$lib/api/errors';
import type { Conversation } from '$lib/api/types';
import type { ServerEvent } from '$lib/sse/parser';
import type { Chats } from './chats.svelte';
import type { Folders } from './folders.svelte';

type ConversationChanged = Pick<Conversation, 'id'> & Partial<Conversation> & { deleted?: boolean };

interface RunChanged {
  run_id: string;
  conversation_id: string;
  status: string;
}

const RUNNING = new Set(['queued', 'running', 'streaming']);

/**
 * Keeps the tab's one stream of changes open until `signal` aborts.
 * `connected` hears whether the server can be reached; `missed` says that something may have
 * happened since the last time.
 */
export async function followChanges(
  api: Api,
  chats: Chats,
  folders: Folders,
  signal: AbortSignal,
  connected: (ok: boolean) => void,
  missed: boolean,
): Promise<void> {
  const opened = (): void => {
    connected(true);
    if (missed) catchUp(chats, folders);
    missed = true;
  };
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      for await (const event of api.events(signal, opened)) {
        attempt = 0;
        apply(chats, folders, event);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) return;
      connected(false);
      missed = true;
    }
    await backOff(attempt, signal);
  }
}

/** Reads anew what may have changed while nobody listened. */
function catchUp(chats: Chats, folders: Folders): void {
  void chats.history.load();
  void folders.load();
  if (chats.current.id) chats.changed(chats.current.id);
}

function apply(chats: Chats, folders: Folders, { event, data }: ServerEvent): void {
  if (event === 'folder') void folders.load();
  if (event === 'conversation') conversationChanged(chats, JSON.parse(data) as ConversationChanged);
  if (event === 'run') runChanged(chats, JSON.parse(data) as RunChanged);
}

function conversationChanged(chats: Chats, { deleted, ...news }: ConversationChanged): void {
  if (deleted) {
    chats.history.forget(news.id);
    chats.gone(news.id);
  } else if (chats.history.get(news.id)) {
    chats.history.note(news.id, news);
  } else {
    void chats.history.refresh(news.id);
  }
}

function runChanged(chats: Chats, { run_id, conversation_id, status }: RunChanged): void {
  const running = RUNNING.has(status);
  if (running) chats.history.working.add(conversation_id);
  else chats.history.working.delete(conversation_id);
  if (!chats.current.followed.has(run_id)) chats.changed(conversation_id);
}
