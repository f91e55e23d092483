import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { drawerOf } from './draw';
import { openerOf } from './notebook';
import { DostServer } from './server';
import { IDostPanel } from './token';
import { DostWidget } from './widget';

/** Puts dost into the right side area. Jupyter Notebook has no layout to restore. */
export const panel: JupyterFrontEndPlugin<IDostPanel> = {
  id: '@dost/labextension:panel',
  description: 'Shows dost in a side panel.',
  autoStart: true,
  optional: [ILayoutRestorer, IRenderMimeRegistry],
  provides: IDostPanel,
  activate: (
    app: JupyterFrontEnd,
    restorer: ILayoutRestorer | null,
    renderers: IRenderMimeRegistry | null,
  ): IDostPanel => {
    const server = new DostServer(app.serviceManager.serverSettings);
    const widget = new DostWidget(server, openerOf(app), drawerOf(renderers));
    app.shell.add(widget, 'right', { rank: 900 });
    restorer?.add(widget, widget.id);
    return {
      widget,
      activate: () => {
        app.shell.activateById(widget.id);
      },
    };
  },
};
