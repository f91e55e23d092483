/** What the server tells the page before its first request. */
export interface DostConfig {
  base_url: string;
  mode: 'standalone' | 'local';
  version: string;
  sign_up: 'open' | 'closed';
  first_run: boolean;
  xsrf_cookie: string;
  /** False where the browser holds no session: asking who is signed in would be a 401. */
  signed_in?: boolean;
  /** The page comes from this browser, which could not reach the server. */
  offline?: boolean;
}

/** Reads the block that the page handler filled. */
export function readConfig(document: Document): DostConfig {
  const defaults: DostConfig = {
    base_url: '/dost/',
    mode: 'standalone',
    version: '',
    sign_up: 'open',
    first_run: false,
    xsrf_cookie: '_xsrf',
  };
  const text = document.getElementById('dost-config')?.textContent ?? '{}';
  return { ...defaults, ...(JSON.parse(text) as Partial<DostConfig>) };
}
