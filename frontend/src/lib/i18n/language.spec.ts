import { afterEach, describe, expect, it } from 'vitest';
import { en } from './en';
import {
  browserLanguage,
  counted,
  language,
  problemText,
  speak,
  t,
  type MessageKey,
} from './language.svelte';
import { ago, day, monthName } from './time';
import { tr } from './tr';

const placeholders = (text: string): string =>
  (text.match(/(?<!\{)\{\w+\}(?!\})/g) ?? []).sort().join();
const NOW = new Date('2026-11-23T08:00:00Z');

afterEach(() => speak('en'));

describe('the catalogues', () => {
  it('fill in the same values', () => {
    const keys = Object.keys(en) as MessageKey[];
    const differing = keys.filter((key) => placeholders(tr[key]) !== placeholders(en[key]));
    expect(differing).toEqual([]);
  });

  it('leave no sentence empty', () => {
    expect(Object.values(tr).filter((text) => text.trim() === '')).toEqual([]);
  });
});

describe('speaking', () => {
  it('changes every sentence at once', async () => {
    expect(t('action.cancel')).toBe('Cancel');
    await speak('tr');
    expect([language(), t('action.cancel')]).toEqual(['tr', 'Vazgeç']);
  });

  it('ends with the last choice, however long a catalogue takes', async () => {
    await Promise.all([speak('tr'), speak('en')]);
    expect(language()).toBe('en');
  });

  it('counts and writes numbers as the language does', async () => {
    expect(counted('select.deleted', 1)).toBe('1 chat deleted');
    expect(counted('select.deleted', 1200)).toBe('1,200 chats deleted');
    await speak('tr');
    expect(counted('select.deleted', 1200)).toBe('1.200 sohbet silindi');
    expect(t('reasoning.took', { seconds: 4.2 })).toBe('4,2 sn düşündü');
  });

  it("says the server's problems, as the server does where it has no words of its own", async () => {
    const taken = ['username_taken', 'This username is taken.'] as const;
    expect(problemText(...taken)).toBe('This username is taken.');
    await speak('tr');
    expect(problemText(...taken)).toBe('Bu kullanıcı adı alınmış.');
    expect(problemText('conflict', 'It clashes.')).toBe('It clashes.');
    expect(problemText('upstream_error', 'Out of memory.')).toMatch(/bildirdi: Out of memory\.$/);
  });

  it('tells times as the language does', async () => {
    await speak('tr');
    expect(ago('2026-11-23T07:57:00Z', NOW)).toBe('3 dakika önce');
    expect(day('2026-11-23T08:00:00Z')).toBe('23 Kas 2026');
    expect(monthName(2026, 10)).toBe('Kasım 2026');
  });

  it.each([
    [['tr-TR', 'en'], 'tr'],
    [['en-GB', 'tr'], 'en'],
    [['de', 'tr', 'en'], 'tr'],
    [['de-AT', 'trv'], 'en'],
    [[], 'en'],
  ])('takes from a browser that asks for %j: %s', (preferred, expected) => {
    expect(browserLanguage(preferred)).toBe(expected);
  });
});
