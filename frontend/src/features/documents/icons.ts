import File from '@lucide/svelte/icons/file';
import FileArchive from '@lucide/svelte/icons/file-archive';
import FileCode from '@lucide/svelte/icons/file-code';
import FileSpreadsheet from '@lucide/svelte/icons/file-spreadsheet';
import FileText from '@lucide/svelte/icons/file-text';
import Mail from '@lucide/svelte/icons/mail';
import NotebookText from '@lucide/svelte/icons/notebook-text';
import Presentation from '@lucide/svelte/icons/presentation';
import BookOpen from '@lucide/svelte/icons/book-open';
import Globe from '@lucide/svelte/icons/globe';
import type { Document } from '$lib/api/types';
import type { MessageKey } from '$lib/i18n';
import { kindOf } from './kinds';

const ICONS: Partial<Record<MessageKey, typeof File>> = {
  'documents.kind.slides': Presentation,
  'documents.kind.workbook': FileSpreadsheet,
  'documents.kind.table': FileSpreadsheet,
  'documents.kind.book': BookOpen,
  'documents.kind.archive': FileArchive,
  'documents.kind.notebook': NotebookText,
  'documents.kind.mail': Mail,
  'documents.kind.mailbox': Mail,
  'documents.kind.web': Globe,
  'documents.kind.code': FileCode,
};

/** The picture of what a document is. */
export function iconOf(document: Pick<Document, 'media_type' | 'filename' | 'url'>): typeof File {
  if (document.url) return Globe;
  const kind = kindOf(document);
  return kind === null ? File : (ICONS[kind] ?? FileText);
}
