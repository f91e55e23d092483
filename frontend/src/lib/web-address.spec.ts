import { describe, expect, it } from 'vitest';
import { briefAddress, siteOf, typedAddress, webAddress } from './web-address';

describe('an address that a link may lead to', () => {
  it.each(['https://example.org/a?b=c#d', 'http://localhost:8888/', 'HTTPS://example.org/'])(
    'is %s',
    (address) => expect(webAddress(address)).toBe(address.replace('HTTPS', 'https')),
  );

  it.each([
    'javascript:alert(1)',
    'JavaScript://example.org/%0aalert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://example.org/',
    '//example.org/',
    '/c/x',
    'https://',
    'https://exa mple.org/',
    '\thttps://example.org/',
    '',
  ])('is not %j', (address) => expect(webAddress(address)).toBeNull());
});

describe('what somebody types', () => {
  it.each([
    ['example.org', 'https://example.org/'],
    [' https://example.org/a ', 'https://example.org/a'],
    ['http://example.org', 'http://example.org/'],
    ['example.org:8080/a', 'https://example.org:8080/a'],
  ])('%j means %s', (typed, address) => expect(typedAddress(typed)).toBe(address));

  it.each(['', 'two words', 'javascript:alert(1)', 'mailto:a@example.org', 'ftp://example.org'])(
    '%j is no address of a page',
    (typed) => expect(typedAddress(typed)).toBeNull(),
  );
});

it('calls a site as people do', () => {
  expect(siteOf('https://www.example.org/a')).toBe('example.org');
  expect(siteOf('http://localhost:8888/a')).toBe('localhost:8888');
  expect(siteOf('https://bank.example@evil.example/')).toBe('evil.example');
  expect(siteOf('/c/x')).toBe('');
});

it('shows an address without what is the same in all, and not all of a long one', () => {
  expect(briefAddress('https://www.example.org/', 20)).toBe('example.org');
  expect(briefAddress('https://example.org/a/?b=c', 30)).toBe('example.org/a/?b=c');
  expect(briefAddress('https://example.org/abcdefgh', 14)).toBe('example.org/ab…');
  expect(briefAddress('no address', 20)).toBe('no address');
});
