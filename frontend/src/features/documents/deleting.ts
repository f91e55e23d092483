import { sentence } from '$lib/api/errors';
import type { Document } from '$lib/api/types';
import { t } from '$lib/i18n';
import type { Toasts } from '$lib/ui/toasts.svelte';
import type { Documents } from './documents.svelte';
import { nameOf } from './names';

/** Deletes a document once nobody can undo that any more. */
export function deleting(documents: Documents, toasts: Toasts, document: Document): void {
  const undo = documents.hide(document.id);
  toasts.undoable({
    text: t('documents.deleted', { name: nameOf(document) }),
    undoLabel: t('action.undo'),
    undo,
    commit: (leaving) =>
      void documents
        .remove(document.id, leaving)
        .catch((error: unknown) => toasts.error(sentence(error))),
  });
}
