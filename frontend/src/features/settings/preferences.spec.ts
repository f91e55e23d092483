import { beforeEach, describe, expect, it } from 'vitest';
import type { Api } from '$lib/api/api';
import type { Settings } from '$lib/api/types';
import { Preferences } from './preferences.svelte';

/** A server that keeps settings, and can be told to refuse the next change. */
class Server {
  kept: Partial<Settings> = { theme: 'light', text_size: 16 };
  refusing = false;
  readonly settings = {
    get: () => Promise.resolve(this.kept),
    patch: async (changes: Partial<Settings>) => {
      await Promise.resolve();
      if (this.refusing) throw new Error('refused');
      this.kept = { ...this.kept, ...changes };
      return this.kept;
    },
  };
}

let server: Server;
let shown: Settings[];
let preferences: Preferences;

beforeEach(async () => {
  server = new Server();
  shown = [];
  preferences = new Preferences(server as unknown as Api, (settings) => shown.push(settings));
  await preferences.load();
});

describe('preferences', () => {
  it('show a change before it is saved', async () => {
    const saving = preferences.change({ theme: 'dark' });
    expect(preferences.values.theme).toBe('dark');
    await saving;
    expect(server.kept.theme).toBe('dark');
    expect(preferences.saves).toBe(1);
  });

  it('take back what the server refuses, and nothing else', async () => {
    server.refusing = true;
    const refused = preferences.change({ theme: 'dark' });
    await expect(refused).rejects.toThrow('refused');
    server.refusing = false;
    await preferences.change({ text_size: 20 });
    expect(preferences.values).toMatchObject({ theme: 'light', text_size: 20 });
  });

  it('keep a later change while an earlier one is answered', async () => {
    const first = preferences.change({ theme: 'dark' });
    const second = preferences.change({ theme: 'oled' });
    await first;
    expect(preferences.values.theme).toBe('oled');
    await second;
    expect(server.kept.theme).toBe('oled');
  });

  it('show what is tried, until it is changed', async () => {
    preferences.try({ text_size: 19 });
    expect(shown.at(-1)?.text_size).toBe(19);
    expect(server.kept.text_size).toBe(16);
    await preferences.change({ text_size: 18 });
    expect(preferences.values.text_size).toBe(18);
  });

  it('read anew keep what is still on its way', async () => {
    const saving = preferences.change({ theme: 'dark' });
    await preferences.load();
    await saving;
    expect(preferences.values.theme).toBe('dark');
  });
});
