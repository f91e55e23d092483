/** What the answers of shared chats point at. */

import type { Citation, SharedMessage } from '$lib/api/types';
import { t } from '$lib/i18n';

/** The sources of an answer as anyone may see them: pages of the web by name, documents without. */
export function citedIn({ sources = [] }: Pick<SharedMessage, 'sources'>): Citation[] {
  return sources.map(({ index, title, page, url }) => ({
    index,
    title: title ?? t('shared.document'),
    page,
    url,
    text: '',
    score: 0,
  }));
}
