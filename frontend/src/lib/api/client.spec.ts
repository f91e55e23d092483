import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from './client';

let responses: Response[] = [];
let calls: string[] = [];
const ended = vi.fn();

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  responses = [];
  calls = [];
  ended.mockClear();
  document.cookie = '_xsrf=secret|token';
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    calls.push(`${init.method} ${url}`);
    const response = responses.shift();
    return response ? Promise.resolve(response) : Promise.reject(new TypeError('offline'));
  });
});
afterEach(() => vi.unstubAllGlobals());

const spent = () => Response.json({ status: 401, detail: 'Sign in.' }, { status: 401 });
const ok = (body: unknown = {}) => Response.json(body);
const makeClient = () => {
  const client = new Client({ baseUrl: '/dost/', xsrfCookie: '_xsrf' });
  client.onSignedOut = ended;
  return client;
};

describe('Client', () => {
  it('refreshes a spent session once and asks again', async () => {
    responses = [spent(), ok(), ok({ name: 'Ada' })];
    expect(await makeClient().request('auth/me')).toEqual({ name: 'Ada' });
    expect(calls).toEqual([
      'GET /dost/api/v1/auth/me',
      'POST /dost/api/v1/auth/refresh',
      'GET /dost/api/v1/auth/me',
    ]);
  });

  it('lets several requests wait for the same refresh', async () => {
    responses = [spent(), spent(), ok(), ok(1), ok(2)];
    const client = makeClient();
    const answers = await Promise.all([client.request('a'), client.request('b')]);
    expect(answers).toEqual([1, 2]);
    expect(calls.filter((call) => call.includes('refresh'))).toHaveLength(1);
  });

  it('does not refresh again where another tab just has', async () => {
    responses = [spent(), ok('answer')];
    const client = makeClient();
    localStorage.setItem('dost.refreshed', String(Date.now() + 1));
    expect(await client.request('a')).toBe('answer');
    expect(calls).toHaveLength(2);
  });

  it('says that the session is over when it cannot be refreshed', async () => {
    responses = [spent(), spent()];
    await expect(makeClient().request('auth/me')).rejects.toThrow('Sign in.');
    expect(ended).toHaveBeenCalledOnce();
  });

  it('does not take a wrong password for a spent session', async () => {
    responses = [spent()];
    await expect(makeClient().request('auth/login', { method: 'POST' })).rejects.toThrow();
    expect(calls).toEqual(['POST /dost/api/v1/auth/login']);
    expect(ended).not.toHaveBeenCalled();
  });

  it('keeps the session when the server is away during a refresh', async () => {
    responses = [spent()];
    await expect(makeClient().request('auth/me')).rejects.toThrow('cannot be reached');
    expect(ended).not.toHaveBeenCalled();
  });

  it('first deletes again what the page before deleted as it left', async () => {
    responses = [ok()];
    makeClient().deleteLeaving('messages/7');
    responses = [new Response(null, { status: 204 }), ok('tree'), ok('more')];
    const next = makeClient();
    expect(await next.request('conversations/1/messages')).toBe('tree');
    expect(await next.request('models')).toBe('more');
    expect(calls).toEqual([
      'DELETE /dost/api/v1/messages/7',
      'DELETE /dost/api/v1/messages/7',
      'GET /dost/api/v1/conversations/1/messages',
      'GET /dost/api/v1/models',
    ]);
  });

  it('goes on where the page before has deleted all already', async () => {
    makeClient().deleteLeaving('messages/7');
    responses = [Response.json({ status: 404 }, { status: 404 }), ok('tree')];
    expect(await makeClient().request('a')).toBe('tree');
  });

  it('turns a page of a proxy into a problem', async () => {
    responses = [new Response('<h1>Bad gateway</h1>', { status: 502 })];
    await expect(makeClient().request('a')).rejects.toMatchObject({ status: 502, code: 'unknown' });
  });
});
