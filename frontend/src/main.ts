import { mount } from 'svelte';
import App from './app/App.svelte';
import type { Host } from './app/host';
import { readConfig } from './lib/api/config';
import { rememberedChoice, speak } from './lib/i18n';
import { pageLocation } from './lib/router/router.svelte';
import { PageLook } from './theme/page-look';
import { tintWindow } from './theme/window';

const target = document.getElementById('dost');
if (!target) throw new Error('The page has no place for dost.');

tintWindow();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tintWindow);

const config = readConfig(document);
const { show: showLook, hidePicture } = new PageLook(config.base_url);
const location = pageLocation(config.base_url);
const build = import.meta.env.PROD ? new URL(import.meta.url).pathname : null;
const host: Host = {
  kind: 'page',
  config,
  location,
  build,
  showLook,
  hidePicture,
  openNotebook: null,
  draw: () => null,
};

// Nothing is shown before its language is here; where it cannot be had, English is.
void speak(rememberedChoice())
  .catch(() => undefined)
  .then(() => mount(App, { target, props: { host } }));
