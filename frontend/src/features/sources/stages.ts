import { t } from '$lib/i18n';

/** What a run does before its model answers, in words; undefined for what is said elsewhere. */
export function stageWords(stage: string, detail: string | null | undefined): string | undefined {
  if (stage === 'reading') return t('answer.reading', { name: detail ?? '' });
  if (stage === 'rewriting') return t('answer.rewriting');
  if (stage === 'searching') return t('answer.searching', { question: detail ?? '' });
  return undefined;
}
