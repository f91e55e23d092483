/** A picture that code drew, as an address that the page may show. */

import type { Bundle } from './outputs';

interface Picture {
  address: string;
  width: number | undefined;
  height: number | undefined;
}

/** As an image even an SVG runs nothing and loads nothing. */
export function pictureOf(type: string, content: string, metadata: unknown): Picture {
  const address =
    type === 'image/svg+xml'
      ? `data:${type};charset=utf-8,${encodeURIComponent(content)}`
      : `data:${type};base64,${content.replace(/\s/g, '')}`;
  const known = (typeof metadata === 'object' ? metadata : null) as Bundle | null;
  return { address, width: pixels(known?.['width']), height: pixels(known?.['height']) };
}

function pixels(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value < 20_000 ? value : undefined;
}
