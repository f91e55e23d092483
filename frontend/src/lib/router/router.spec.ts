import { describe, expect, it } from 'vitest';
import { memoryLocation, Router } from './router.svelte';

const makeRouter = (base = '/user/ada/dost/') => new Router(memoryLocation(), base);

describe('Router', () => {
  it('puts links under any base URL', () => {
    expect(makeRouter().href('/c/1')).toBe('/user/ada/dost/c/1');
    expect(makeRouter('/').href('/')).toBe('/');
  });

  it('follows a plain click on one of its links', () => {
    const router = makeRouter();
    const link = document.createElement('a');
    link.dataset['path'] = '/c/1';
    link.addEventListener('click', router.onclick);
    link.click();
    expect(router.path).toBe('/c/1');
  });

  it('leaves a click with a modifier to the browser', () => {
    const router = makeRouter();
    const link = document.createElement('a');
    link.dataset['path'] = '/c/1';
    link.addEventListener('click', router.onclick);
    link.dispatchEvent(new MouseEvent('click', { ctrlKey: true, cancelable: true }));
    expect(router.path).toBe('/');
  });

  it('tells a path from its query', () => {
    const router = makeRouter();
    router.go('/documents/1?page=7');
    expect(router.path).toBe('/documents/1');
    expect(router.query.get('page')).toBe('7');
    expect(router.address).toBe('/documents/1?page=7');
    router.go('/documents');
    expect(router.query.size).toBe(0);
  });

  it('replaces without growing the history', () => {
    const location = memoryLocation();
    const router = new Router(location, '/');
    router.go('/c/new');
    router.replace('/c/1');
    location.back();
    expect(location.read()).toBe('/');
  });
});
