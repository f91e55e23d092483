/** Names for what the widgets' libraries leave without one, for those who hear the page. */
import type { DOMWidgetView } from '@jupyter-widgets/base';
import type { Words } from '../features/execution/widgets/protocol';

const ICONS = { play: '.fa-play, .fa-pause', stop: '.fa-stop', repeat: '.fa-retweet' } as const;

export function giveNames({ el, model }: DOMWidgetView, words: Words): void {
  if (el instanceof HTMLImageElement && !el.hasAttribute('alt')) el.alt = '';
  const nameHandles = () => {
    const description: unknown = model.get('description');
    for (const handle of el.querySelectorAll('.noUi-handle'))
      handle.setAttribute('aria-label', String(description || words.value));
  };
  nameHandles();
  if (el.querySelector('.noUi-handle')) model.on('change:description', nameHandles);
  if (!el.classList.contains('widget-play')) return;
  for (const [word, icon] of Object.entries(ICONS))
    el.querySelector(icon)?.parentElement?.setAttribute('aria-label', words[word as keyof Words]);
}
