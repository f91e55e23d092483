/** What an answer points at, as links. */

import type { Citation } from '$lib/api/types';
import { t } from '$lib/i18n';
import { pointedAt, type Cited, type Sources } from '$lib/markdown/citations';
import { siteOf, webAddress } from '$lib/web-address';
import { passagePath } from '../documents/names';
import type { Place } from './reader.svelte';

const LONGEST_HEADINGS = 200;

/** Where something is said: "report.pdf, page 3"; of a page without a title its site. */
export function whereOf(citation: Pick<Citation, 'title' | 'page' | 'url'>): string {
  const { page } = citation;
  const title = citation.title.trim() || siteOf(citation.url ?? '');
  return page == null ? title : t('citation.where', { title, page });
}

/** The site of a page of the web; null of a document. */
export function siteCited({ document_id, url }: Citation): string | null {
  return document_id == null ? siteOf(url ?? '') || null : null;
}

/** How a citation is called. */
export function labelOf(citation: Citation): string {
  const where = new Set([whereOf(citation), siteCited(citation) ?? '']);
  const words = [...where].filter(Boolean).join(', ');
  return t('citation.label', { number: citation.index, where: words });
}

/** The headings that a passage stands under, without those that it begins with. */
export function headingsOf({ headings = [], text }: Pick<Citation, 'headings' | 'text'>): string[] {
  const begins = text.slice(0, LONGEST_HEADINGS);
  return headings.filter((heading) => !begins.includes(heading));
}

/** The place that a citation of a document points at; null for one of the web. */
export function placeOf(citation: Citation): Place | null {
  const { document_id, title, page = null, chunk_id: passage = null, text } = citation;
  const headings = headingsOf(citation);
  return document_id == null
    ? null
    : { document: document_id, title, page, headings, passage, text };
}

/** Where a place is shown, without the base URL. */
export function pathOf({ document, page, passage, text }: Place): string {
  return passagePath({ document_id: document, chunk_id: passage, page, text });
}

/**
 * The links of citations by their numbers. `href` makes an address of a path of our own; `apart`
 * says whether such links open in tabs of their own.
 */
export function citedBy(
  citations: readonly Citation[],
  href: (path: string) => string,
  apart: boolean,
): Sources {
  return new Map(
    citations.map((citation) => [citation.index, linkOf(citation, href, apart)] as const),
  );
}

export function linkOf(citation: Citation, href: (path: string) => string, apart: boolean): Cited {
  const label = labelOf(citation);
  const place = placeOf(citation);
  if (place) return { label, href: href(pathOf(place)), apart };
  return { label, href: webAddress(citation.url ?? ''), apart: true };
}

/** The citations of an answer, those that its text points at first. */
export function pointedAtFirst(citations: readonly Citation[], text: string): Citation[] {
  const named = new Set(pointedAt(text));
  const order = ({ index }: Citation): number => (named.has(index) ? 0 : 1);
  return citations.toSorted((a, b) => order(a) - order(b) || a.index - b.index);
}
