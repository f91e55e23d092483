import type { Message } from '$lib/api/types';
import type { RunBegun } from './run-events';
import type { Pending } from './turns.svelte';

/** The messages that a run brings: its prompt, where that is new, and a reply with no words yet. */
export function messagesOf(
  run: RunBegun,
  { content, attachments, sources, parentId }: Pending,
): { prompt: Message | null; reply: Message } {
  const common = {
    conversation_id: run.conversation_id,
    created_at: new Date().toISOString(),
  };
  const prompt: Message | null =
    content === null || run.user_message_id === null
      ? null
      : {
          ...common,
          id: run.user_message_id,
          parent_id: parentId,
          role: 'user',
          content,
          attachments: attachments ?? null,
          sources: sources ? [...sources] : null,
          status: 'complete',
        };
  return {
    prompt,
    reply: {
      ...common,
      id: run.message_id,
      parent_id: run.user_message_id ?? parentId,
      role: 'assistant',
      content: '',
      status: 'streaming',
      model: run.model ?? null,
      choice_id: run.choice_id ?? null,
    },
  };
}
