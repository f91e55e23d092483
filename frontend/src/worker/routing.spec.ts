import { describe, expect, it } from 'vitest';
import { answererOf, outdated } from './routing';

const SCOPE = 'https://hub.example/user/a%40b/dost/';
const navigation = { method: 'GET', mode: 'navigate', destination: 'document' };
const fetched = { method: 'GET', mode: 'cors', destination: '' };
const answerer = (path: string, request = navigation) =>
  answererOf({ ...request, url: new URL(path, SCOPE).href }, SCOPE);

describe('answererOf', () => {
  it.each(['', 'c/0199', 'settings/data?x=1', 'share/abc', 'login', 'apiary'])(
    'answers for the page at %j',
    (path) => expect(answerer(path)).toBe('page'),
  );

  it('answers for hashed files', () => {
    expect(answerer('assets/App-1.js', fetched)).toBe('asset');
  });

  it.each([
    ['api/v1/events', fetched],
    ['api/v1/conversations/export', navigation],
    ['v1/models', navigation],
    ['api?x', navigation],
    ['c/0199', { ...navigation, method: 'POST' }],
    ['artifact/frame', { ...navigation, destination: 'iframe' }],
    ['panel.js', fetched],
    ['../lab', navigation],
    ['../../other/dost/', navigation],
    ['/user/a%40b/dosty', navigation],
  ])('lets %j pass', (path, request) => expect(answerer(path, request)).toBe('network'));
});

describe('outdated', () => {
  it('keeps this build and the one before', () => {
    expect(outdated(['1', '2', '3'], '3')).toEqual(['1']);
    expect(outdated(['1', '2'], '1')).toEqual([]);
    expect(outdated([], '1')).toEqual([]);
  });
});
