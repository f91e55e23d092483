import type { Api } from '$lib/api/api';
import type { Conversation } from '$lib/api/types';
import { whenIdle } from '$lib/when-idle';

const AHEAD = 20;

/** Reads the newest conversations, one at a time and when idle, so that they open without a server. */
export async function readAhead(
  api: Api,
  conversations: readonly Conversation[],
  signal: AbortSignal,
): Promise<void> {
  if (!api.client.kept) return;
  const newest = conversations.toSorted((a, b) => b.updated_at.localeCompare(a.updated_at));
  // The newest last: what is kept longest is what was put in last.
  for (const { id, updated_at } of newest.slice(0, AHEAD).reverse()) {
    await whenIdle();
    if (signal.aborted) return;
    if (await api.conversations.keeps(id, updated_at)) continue;
    await Promise.all([api.conversations.get(id), api.conversations.messages(id)]);
  }
}
