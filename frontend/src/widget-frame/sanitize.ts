/** Stands in for `sanitize-html`, which the widgets' manager calls on descriptions. */
import DOMPurify from 'dompurify';

interface Allowed {
  allowedTags: string[];
}

export default function sanitize(html: string, { allowedTags }: Allowed): string {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: ['class', 'style', 'title', 'href', 'src'],
  });
}
