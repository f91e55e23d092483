import { mount } from 'svelte';
import App from './app/App.svelte';
import type { Host } from './app/host';
import { readConfig } from './lib/api/config';
import { pageLocation } from './lib/router/router.svelte';
import { showTheme, tintWindow } from './theme/theme';

const target = document.getElementById('dost');
if (!target) throw new Error('The page has no place for dost.');

tintWindow();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tintWindow);

const config = readConfig(document);
const host: Host = {
  kind: 'page',
  config,
  location: pageLocation(config.base_url),
  build: import.meta.env.PROD ? new URL(import.meta.url).pathname : null,
  showTheme,
};

mount(App, { target, props: { host } });
