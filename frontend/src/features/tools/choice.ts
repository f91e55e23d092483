/** Whether a model is given a tool, as the user chooses it. */

import type { ToolChoice } from '$lib/api/types';

/** Not at all; each call is asked for; or calls are made without asking. */
export type Choice = 'off' | 'ask' | 'never';
export const CHOICES: readonly Choice[] = ['off', 'ask', 'never'];

type Saved = Readonly<Record<string, ToolChoice>>;

export function choiceIn(saved: Saved, name: string): Choice {
  const { enabled, approval } = saved[name] ?? { enabled: false, approval: 'ask' };
  return enabled ? approval : 'off';
}

/** What is saved once `name` is chosen so. */
export function withChoice(saved: Saved, name: string, choice: Choice): Saved {
  const chosen: ToolChoice =
    choice === 'off' ? { enabled: false, approval: 'ask' } : { enabled: true, approval: choice };
  return { ...saved, [name]: chosen };
}
