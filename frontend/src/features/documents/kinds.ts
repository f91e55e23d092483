import type { Document } from '$lib/api/types';
import type { MessageKey } from '$lib/i18n';
import { languageOf } from '$lib/markdown/languages';

const OFFICE = 'application/vnd.openxmlformats-officedocument.';
const NAMES: Readonly<Record<string, MessageKey>> = {
  'application/pdf': 'documents.kind.pdf',
  [`${OFFICE}wordprocessingml.document`]: 'documents.kind.word',
  [`${OFFICE}presentationml.presentation`]: 'documents.kind.slides',
  [`${OFFICE}spreadsheetml.sheet`]: 'documents.kind.workbook',
  'application/epub+zip': 'documents.kind.book',
  'application/zip': 'documents.kind.archive',
  'application/rtf': 'documents.kind.richText',
  'application/x-ipynb+json': 'documents.kind.notebook',
  'application/mbox': 'documents.kind.mailbox',
  'message/rfc822': 'documents.kind.mail',
  'text/html': 'documents.kind.web',
  'text/markdown': 'documents.kind.markdown',
  'text/csv': 'documents.kind.table',
  'text/tab-separated-values': 'documents.kind.table',
  'text/plain': 'documents.kind.text',
};
/** Texts that do not say so at the beginning of their media type. */
const TEXTS = /^(?:text\/|application\/(?:json|toml|xml|yaml)$)/;

/** What a document is, in a word or two; null while nobody has looked into it. */
export function kindOf({ media_type }: Pick<Document, 'media_type'>): MessageKey | null {
  return NAMES[media_type] ?? (TEXTS.test(media_type) ? 'documents.kind.code' : null);
}

/** What people write to be read. Of plain text the name decides: programs' files are that, too. */
const PROSE = new Set<MessageKey>([
  'documents.kind.markdown',
  'documents.kind.notebook',
  'documents.kind.web',
]);
const PROSE_NAMES = /\.(?:md|markdown|txt|rst|html?|ipynb)$/i;
const READ = new Set<MessageKey>([
  'documents.kind.pdf',
  'documents.kind.word',
  'documents.kind.slides',
  'documents.kind.workbook',
  'documents.kind.book',
  'documents.kind.archive',
  'documents.kind.richText',
  'documents.kind.mail',
  'documents.kind.mailbox',
]);
const READ_NAMES = /\.(?:pdf|docx|docm|pptx|pptm|xlsx|xlsm|epub|rtf|eml|mbox|zip)$/i;
/** Data that is packed as ZIP files are. */
const DATA_NAMES = /\.npz$/i;

type Named = Pick<File, 'name' | 'type'>;

/** Whether a file is a text that people write to be read. */
export function isProse({ name, type }: Named): boolean {
  const kind = NAMES[type];
  return (kind !== undefined && PROSE.has(kind)) || PROSE_NAMES.test(name);
}

/** Whether a file is read as a document where it is put into a chat; code and data go as they are. */
export function isForReading(file: Named): boolean {
  if (DATA_NAMES.test(file.name)) return false;
  const kind = NAMES[file.type];
  return isProse(file) || (kind !== undefined && READ.has(kind)) || READ_NAMES.test(file.name);
}

export type Preview = 'pdf' | 'markdown' | 'text' | 'reading';

/** What is shown better as it was read than as it is written. */
const AS_READ = new Set<MessageKey>(['documents.kind.web', 'documents.kind.table']);

/** How a document is shown: its file, or what was read of it; null before it has been read. */
export function previewOf({ media_type }: Pick<Document, 'media_type'>): Preview | null {
  if (media_type === 'application/pdf') return 'pdf';
  if (media_type === 'text/markdown') return 'markdown';
  const kind = kindOf({ media_type });
  if (kind === null) return null;
  return TEXTS.test(media_type) && !AS_READ.has(kind) ? 'text' : 'reading';
}

/** The grammar by which a text is coloured; empty where there is none. */
export function grammarOf({ filename }: Pick<Document, 'filename'>): string {
  const ending = filename.split('.').at(-1) ?? '';
  const language = languageOf(ending);
  return language && language.id !== 'plaintext' ? language.id : '';
}
