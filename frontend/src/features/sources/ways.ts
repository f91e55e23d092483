import type { Use } from '$lib/api/types';

/** How what is attached is read: as it is, or as a document of which all or a part is given. */
export type Way = 'file' | Use;

export const OF_DOCUMENTS = ['auto', 'whole', 'passages'] as const satisfies readonly Way[];
/** Of a text that was sent from here, which could as well go as it is. */
export const OF_TEXTS = [...OF_DOCUMENTS, 'file'] as const satisfies readonly Way[];
/** Of a file that could be read as a document. */
export const OF_FILES = ['file', 'passages'] as const satisfies readonly Way[];
