import { LabIcon } from '@jupyterlab/ui-components';

/** A speech bubble, drawn in the colour of Lab's own icons. */
export const chatIcon = new LabIcon({
  name: 'dost:chat',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<path class="jp-icon3 jp-icon-selectable" fill="#616161" fill-rule="evenodd" d="M12 2.2a9.8 9.8 0 0 1 0 19.6 ' +
    '9.7 9.7 0 0 1-4-.9l-5.2 1.7a1 1 0 0 1-1.3-1.3l1.7-5.1A9.8 9.8 0 0 1 12 2.2Zm0 2a7.8 7.8 0 0 0-6.8 11.6 1 1 0 0 1 ' +
    '.1.8l-1 3.2 3.2-1.1a1 1 0 0 1 .8.1A7.8 7.8 0 1 0 12 4.2Zm-4 5h8v1.8H8Zm0 3.7h5.5v1.8H8Z"/></svg>',
});
