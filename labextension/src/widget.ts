import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { Draw } from './draw';
import { chatIcon } from './icon';
import type { OpenNotebook } from './notebook';
import type { DostServer } from './server';
import { isDark, onThemeChange } from './theme';

/**
 * The side panel. Asks the server at once whether dost is there, and mounts its interface in a
 * shadow root when the panel is first seen.
 */
export class DostWidget extends Widget {
  #unmount: (() => void) | undefined;
  #isMounting = false;
  #problem: Promise<string | undefined>;

  constructor(
    private readonly server: DostServer,
    private readonly openNotebook: OpenNotebook,
    private readonly draw: Draw,
  ) {
    super();
    this.id = 'dost';
    this.addClass('dost-panel');
    this.title.icon = chatIcon;
    this.title.caption = 'dost';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'dost');
    // Keys typed into the panel are not Lab's commands.
    this.node.dataset['lmSuppressShortcuts'] = 'true';
    this.#problem = server.problem();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#unmount?.();
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this.#mount();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) void this.#mount();
  }

  async #mount(): Promise<void> {
    if (this.#unmount || this.#isMounting) return;
    this.#isMounting = true;
    try {
      const problem = await this.#problem;
      if (problem === undefined) await this.#show();
      else this.#explain(problem);
    } catch (error) {
      console.error('dost:', error);
      this.#explain(
        'dost’s interface could not be loaded. Reload this page; if that does not help, the server’s log says why.',
      );
    } finally {
      this.#isMounting = false;
    }
  }

  async #show(): Promise<void> {
    const { mountPanel } = await this.server.panel();
    if (this.isDisposed) return;
    const host = document.createElement('div');
    host.className = 'dost-panel-host';
    this.node.replaceChildren(host);
    const root = host.attachShadow({ mode: 'open' });
    const { openNotebook, draw } = this;
    const { baseUrl } = this.server;
    this.#unmount = mountPanel(root, { baseUrl, isDark, onThemeChange, openNotebook, draw });
  }

  #explain(problem: string): void {
    if (this.isDisposed) return;
    const sentence = document.createElement('p');
    sentence.textContent = problem;
    const retry = document.createElement('button');
    retry.className = 'jp-Button jp-mod-styled dost-panel-retry';
    retry.textContent = 'Try again';
    retry.addEventListener('click', () => {
      this.#problem = this.server.problem();
      void this.#mount();
    });
    const note = document.createElement('div');
    note.className = 'dost-panel-note';
    note.setAttribute('role', 'alert');
    note.append(sentence, retry);
    this.node.replaceChildren(note);
  }
}
