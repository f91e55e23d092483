import { t } from '$lib/i18n';
import { RUN_CODE } from './calls';

/** What a tool is called here; one that the page does not know by its own name. */
export function titleOf(name: string): string {
  return name === RUN_CODE ? t('tools.run_code') : name;
}
