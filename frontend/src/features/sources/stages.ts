import { t } from '$lib/i18n';

/** What a run does before its model answers, in words; undefined for what is said elsewhere. */
export function stageWords(stage: string, detail: string | null | undefined): string | undefined {
  if (stage === 'reading' || stage === 'reading_web')
    return t('answer.reading', { name: detail ?? '' });
  if (stage === 'rewriting') return t('answer.rewriting');
  if (stage === 'searching') return t('answer.searching', { question: detail ?? '' });
  if (stage === 'searching_web') return t('answer.searchingWeb', { question: detail ?? '' });
  return undefined;
}
