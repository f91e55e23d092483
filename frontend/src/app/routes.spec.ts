import { describe, expect, it } from 'vitest';
import { matchRoute } from './routes';

describe('matchRoute', () => {
  it.each([
    ['/', { name: 'chat', id: null }],
    ['/c/0199', { name: 'chat', id: '0199' }],
    ['/settings', { name: 'settings', tab: 'interface' }],
    ['/settings/api-keys', { name: 'settings', tab: 'api-keys' }],
    ['/settings/data', { name: 'settings', tab: 'data' }],
    ['/documents', { name: 'documents', id: null }],
    ['/documents/0199', { name: 'documents', id: '0199' }],
    ['/documents/0199/more', { name: 'not-found' }],
    ['/share/abc', { name: 'share', token: 'abc' }],
    ['/share', { name: 'not-found' }],
    ['/login', { name: 'login' }],
    ['/register/', { name: 'register' }],
    ['/admin', { name: 'admin', tab: 'users' }],
    ['/admin/settings', { name: 'admin', tab: 'settings' }],
    ['/admin/groups', { name: 'admin', tab: 'groups' }],
    ['/admin/embedder', { name: 'admin', tab: 'embedder' }],
    ['/settings/unknown', { name: 'not-found' }],
    ['/c', { name: 'not-found' }],
    ['/c/1/2', { name: 'not-found' }],
    ['/login/more', { name: 'not-found' }],
  ])('shows for %s the right page', (path, route) => {
    expect(matchRoute(path)).toEqual(route);
  });
});
