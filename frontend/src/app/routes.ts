export const SETTINGS_TABS = [
  'profile',
  'interface',
  'models',
  'prompts',
  'data',
  'api-keys',
] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

export const ADMIN_TABS = ['users', 'groups', 'settings', 'embedder'] as const;
export type AdminTab = (typeof ADMIN_TABS)[number];

export type Route =
  | { name: 'chat'; id: string | null }
  | { name: 'settings'; tab: SettingsTab }
  | { name: 'admin'; tab: AdminTab }
  | { name: 'documents'; id: string | null }
  | { name: 'share'; token: string }
  | { name: 'login' }
  | { name: 'register' }
  | { name: 'not-found' };

/** Which page a path shows. */
export function matchRoute(path: string): Route {
  const parts = path.split('/').filter(Boolean);
  const [first, second, ...rest] = parts;
  if (rest.length) return { name: 'not-found' };
  if (first === undefined) return { name: 'chat', id: null };
  if (first === 'c' && second) return { name: 'chat', id: second };
  if (first === 'documents') return { name: 'documents', id: second ?? null };
  if (first === 'share' && second) return { name: 'share', token: second };
  if (first === 'settings') {
    const tab = SETTINGS_TABS.find((known) => known === (second ?? 'interface'));
    return tab ? { name: 'settings', tab } : { name: 'not-found' };
  }
  if (first === 'admin') {
    const tab = ADMIN_TABS.find((known) => known === (second ?? 'users'));
    return tab ? { name: 'admin', tab } : { name: 'not-found' };
  }
  if (parts.length === 1 && (first === 'login' || first === 'register')) return { name: first };
  return { name: 'not-found' };
}
