import type { Document, DocumentStatus } from '$lib/api/types';
import { counted, t } from '$lib/i18n';

export const FILTERS = ['all', 'ready', 'busy', 'failed'] as const;
/** What a list of documents is narrowed to. */
export type Filter = (typeof FILTERS)[number];

/** The statuses that a filter lets through; null are all. */
export const STATUSES: Record<Filter, readonly (DocumentStatus | null)[]> = {
  all: [null],
  ready: ['ready'],
  busy: ['queued', 'processing'],
  failed: ['failed', 'cancelled'],
};

export function passes(status: DocumentStatus, filter: Filter): boolean {
  const statuses = STATUSES[filter];
  return statuses.includes(null) || statuses.includes(status);
}

/** Whether a document is being read, or will be. */
export function isBusy({ status }: Pick<Document, 'status'>): boolean {
  return status === 'queued' || status === 'processing';
}

/** Whether reading it once more may help. */
export function isOver({ status }: Pick<Document, 'status'>): boolean {
  return status === 'failed' || status === 'cancelled';
}

type Work = Pick<
  Document,
  'status' | 'stage' | 'progress' | 'pages_read' | 'pages' | 'chunks' | 'error'
>;

/** What is done with a document, or what came of it, in a few words. */
export function workOn(document: Work): string {
  const { status, pages, chunks, error } = document;
  if (status === 'queued') return t('documents.queued');
  if (status === 'processing') return stageOf(document);
  if (status === 'failed') return error ?? t('documents.failed.unknown');
  if (status === 'cancelled') return t('documents.cancelled');
  const passages = counted('documents.passages', chunks);
  return pages ? `${counted('documents.pages', pages)}, ${passages}` : passages;
}

function stageOf({ stage, pages_read, pages }: Work): string {
  if (stage === 'embedding') return t('documents.embedding');
  if (stage === 'saving') return t('documents.saving');
  if (stage !== 'reading') return t('documents.starting');
  if (!pages) return t('documents.reading');
  return t('documents.readingPage', { page: Math.min(pages_read + 1, pages), pages });
}
