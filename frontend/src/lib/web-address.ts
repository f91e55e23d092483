/** Addresses of the web as models, servers and people write them. */

/** `text` as an address that a link may lead to; null where it is none of the web. */
export function webAddress(text: string): string | null {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text).href : null;
}

/** What somebody has typed for an address: that it is of the web need not be said. */
export function typedAddress(text: string): string | null {
  const typed = text.trim();
  const url = webAddress(/^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`);
  // What stands before an @ is a name and a password, and "mailto:ada" would be taken for them.
  return url === null || new URL(url).username !== '' ? null : url;
}

/** The site of an address, as people call it; empty where it is not of the web. */
export function siteOf(text: string): string {
  const url = webAddress(text);
  return url === null ? '' : new URL(url).host.replace(/^www\./, '');
}

/** An address as it is read best: without what all of them begin with, and not without end. */
export function briefAddress(text: string, most: number): string {
  const address = webAddress(text);
  if (address === null) return clipped(text, most);
  const { pathname, search } = new URL(address);
  return clipped(siteOf(address) + (pathname + search).replace(/\/$/, ''), most);
}

export function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
