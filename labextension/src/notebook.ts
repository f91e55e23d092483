import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import { ServerConnection, type Contents } from '@jupyterlab/services';

/** Saves a notebook beside the user's own and opens it. */
export type OpenNotebook = (name: string, notebook: unknown) => Promise<void>;

/** How an application opens what is brought to it. */
export function openerOf({ serviceManager, commands }: JupyterFrontEnd): OpenNotebook {
  return async (name, notebook) => {
    const path = await freePath(serviceManager.contents, name);
    await serviceManager.contents.save(path, {
      type: 'notebook',
      format: 'json',
      content: notebook,
    });
    await commands.execute('docmanager:open', { path });
  };
}

/** A path that no file has: the name itself, or with a number behind it. */
export async function freePath(
  contents: Pick<Contents.IManager, 'get'>,
  name: string,
): Promise<string> {
  const ending = PathExt.extname(name);
  const stem = name.slice(0, name.length - ending.length);
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? name : `${stem} ${String(number)}${ending}`;
    try {
      await contents.get(path, { content: false });
    } catch (error) {
      // Anything else than that it is not there may be a file in the way.
      if (error instanceof ServerConnection.ResponseError && error.response.status === 404) {
        return path;
      }
      throw error;
    }
  }
}
