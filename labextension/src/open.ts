import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { chatIcon } from './icon';
import { IDostPanel } from './token';

const OPEN = 'dost:open';

/** The command that opens the panel, in the palette where there is one. */
export const open: JupyterFrontEndPlugin<void> = {
  id: '@dost/labextension:open',
  description: 'Adds the command that opens dost.',
  autoStart: true,
  requires: [IDostPanel],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, panel: IDostPanel, palette: ICommandPalette | null): void => {
    app.commands.addCommand(OPEN, {
      label: 'dost: Open chat',
      caption: 'Open the dost panel',
      icon: chatIcon,
      execute: () => {
        panel.activate();
      },
    });
    palette?.addItem({ command: OPEN, category: 'dost' });
  },
};
