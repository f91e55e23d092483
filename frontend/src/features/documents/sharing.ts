import type { Collection } from '$lib/api/types';
import { t } from '$lib/i18n';

/** Whether others read a collection of one's own. */
export function isShared({
  everyone,
  groups,
  readers,
}: Pick<Collection, 'everyone' | 'groups' | 'readers'>): boolean {
  return everyone || groups.length + readers.length > 0;
}

/** Who reads a collection, or whose it is; empty where it is one's own alone. */
export function sharingOf(collection: Collection): string {
  const { mine, owner, everyone } = collection;
  if (!mine) return t('collections.sharedBy', { owner });
  if (everyone) return t('collections.sharedEveryone');
  const names = [...collection.groups, ...collection.readers];
  return names.length > 0 ? t('collections.sharedWith', { names: names.join(', ') }) : '';
}
