import { ApiError } from '$lib/api/errors';
import type { Message, ToolCall } from '$lib/api/types';
import type { Tools } from './tools.svelte';

/** How a call that waits for the user is decided. */
export type Decision = 'allow' | 'decline' | 'allow-all';

export interface CallVerbs {
  /** Resolves to whether it is decided, here or elsewhere. */
  decide: (message: Message, call: ToolCall, decision: Decision) => Promise<boolean>;
}

/** What may have happened elsewhere meanwhile: it was decided, or the run has ended. */
const OVER = new Set([404, 409]);

/**
 * `approve` tells the run; `report` hears of what could not be done, and `allowedAll` of what is
 * allowed from now on.
 */
export function callVerbs(
  tools: Tools,
  approve: (message: Message, call: string, approve: boolean) => Promise<void>,
  report: (error: unknown) => void,
  allowedAll: (tool: string) => void,
): CallVerbs {
  return {
    async decide(message, { id, name }, decision) {
      // First, so that the next call is not asked for any more.
      if (decision === 'allow-all')
        await tools.choose(name, 'never').then(() => allowedAll(name), report);
      try {
        await approve(message, id, decision !== 'decline');
        return true;
      } catch (error) {
        if (error instanceof ApiError && OVER.has(error.status)) return true;
        report(error);
        return false;
      }
    },
  };
}
