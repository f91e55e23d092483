import type { Api } from '$lib/api/api';
import { backOff } from '$lib/api/backoff';
import { isPassing } from '$lib/api/errors';
import type { Conversation, DocumentChanged, ExecutionNews, Kernel } from '$lib/api/types';
import type { ServerEvent } from '$lib/sse/parser';
import type { Chats } from '../chat/chats.svelte';
import type { DocumentNews } from '../documents/news';
import type { Executions } from '../execution/executions.svelte';
import type { Kernels } from '../execution/kernels.svelte';
import type { Preferences } from '../settings/preferences.svelte';
import type { Folders } from './folders.svelte';

/** What keeps up with the changes, and who hears of an answer that nobody watched. */
export interface Followers {
  chats: Chats;
  folders: Folders;
  documents: DocumentNews;
  preferences: Preferences;
  kernels: Kernels;
  executions: Executions;
  finished: (conversation: string) => void;
}

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
  followers: Followers,
  signal: AbortSignal,
  connected: (ok: boolean) => void,
  missed: boolean,
): Promise<void> {
  const opened = (): void => {
    connected(true);
    if (missed) catchUp(followers);
    missed = true;
  };
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      for await (const event of api.events(signal, opened)) {
        attempt = 0;
        apply(followers, event);
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
function catchUp({ chats, folders, documents, preferences, kernels }: Followers): void {
  kernels.refresh();
  documents.missed();
  void chats.history.load();
  void folders.load();
  preferences.load().catch(() => undefined);
  if (chats.current.id) chats.changed(chats.current.id);
}

function apply(followers: Followers, { event, data }: ServerEvent): void {
  const { chats, folders, preferences } = followers;
  if (event === 'folder') void folders.load();
  // One that cannot be read now is read with the next change, or when the stream is back.
  if (event === 'settings') preferences.load().catch(() => undefined);
  if (event === 'conversation') conversationChanged(chats, JSON.parse(data) as ConversationChanged);
  if (event === 'document') followers.documents.heard(JSON.parse(data) as DocumentChanged);
  if (event === 'kernel') followers.kernels.heard(JSON.parse(data) as Kernel);
  if (event === 'execution') executed(followers, JSON.parse(data) as ExecutionNews);
  if (event === 'run') runChanged(followers, JSON.parse(data) as RunChanged);
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

function executed({ chats, executions }: Followers, news: ExecutionNews): void {
  executions.heard(news, chats.current.messages[news.message_id]);
}

function runChanged(
  { chats, finished }: Followers,
  { run_id, conversation_id, status }: RunChanged,
): void {
  const { working } = chats.history;
  if (RUNNING.has(status)) working.began(conversation_id, run_id);
  else if (working.ended(conversation_id, run_id) && status === 'complete')
    finished(conversation_id);
  if (!chats.current.turns.followed.has(run_id)) chats.changed(conversation_id);
}
