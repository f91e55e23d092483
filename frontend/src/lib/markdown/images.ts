/** Makes images that the sanitiser let through open in full size. */

import { t } from '../i18n';

const SIGN = 'dost-enlarge';

export interface Picture {
  src: string;
  alt: string;
}

/** Puts each image below `root` into a button, unless it is part of a link already. */
export function makeEnlargeable(root: DocumentFragment): void {
  for (const image of root.querySelectorAll('img')) {
    if (image.closest('a, summary')) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = SIGN;
    const { alt } = image;
    button.setAttribute('aria-label', alt ? t('image.enlarge', { alt }) : t('image.enlargeOne'));
    image.replaceWith(button);
    button.append(image);
  }
}

/** The image whose button was pressed; undefined when something else was. */
export function pictureOf(event: MouseEvent): Picture | undefined {
  const button = event.target instanceof Element ? event.target.closest(`.${SIGN}`) : null;
  const image = button?.querySelector('img');
  return image ? { src: image.src, alt: image.alt } : undefined;
}
