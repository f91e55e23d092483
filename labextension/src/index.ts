/** The plugins that make dost part of JupyterLab and Jupyter Notebook. */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { open } from './open';
import { panel } from './panel';
import type { IDostPanel } from './token';

const plugins: [JupyterFrontEndPlugin<IDostPanel>, JupyterFrontEndPlugin<void>] = [panel, open];

export default plugins;
