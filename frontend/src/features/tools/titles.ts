/** What tools are called here, and what is said of them. */

import type { Tool } from '$lib/api/types';
import { t } from '$lib/i18n';
import { RUN_CODE, WEB_FETCH, WEB_SEARCH } from './calls';
import type { Choice } from './choice';

/** Those that the page has words of its own for. */
const KNOWN = [RUN_CODE, WEB_SEARCH, WEB_FETCH] as const;

function known(name: string): (typeof KNOWN)[number] | undefined {
  return KNOWN.find((one) => one === name);
}

/** One that the page does not know is called by its own name. */
export function titleOf(name: string): string {
  const tool = known(name);
  return tool ? t(`tools.${tool}`) : name;
}

export function leadOf({ name, description }: Tool): string {
  const tool = known(name);
  return tool ? t(`tools.${tool}.lead`) : description;
}

/** What it means that a tool is chosen so. */
export function hintOf(name: string, choice: Choice): string {
  return choice === 'off' ? t('tools.off.hint') : t(`tools.${known(name) ?? 'other'}.${choice}`);
}

/** That a tool is used without asking from now on. */
export function allowedWords(name: string): string {
  return name === RUN_CODE
    ? t('tools.allowedAll')
    : t('tools.allowedAll.other', { name: titleOf(name) });
}
