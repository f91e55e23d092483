import { Chats, setChats } from '../features/chat/chats.svelte';
import { DocumentNews, setDocumentNews } from '../features/documents/news';
import { setDraw } from '../features/execution/draw';
import { Executions, setExecutions } from '../features/execution/executions.svelte';
import { Kernels, setKernels } from '../features/execution/kernels.svelte';
import { Finder, setFinder } from '../features/history/finder.svelte';
import { Folders, setFolders } from '../features/history/folders.svelte';
import { History } from '../features/history/history.svelte';
import { Selection, setSelection } from '../features/history/selection.svelte';
import { Models, setModels } from '../features/models/models.svelte';
import { Notebooks, setNotebooks } from '../features/notebooks/notebooks';
import { Prompts, setPrompts } from '../features/prompts/prompts.svelte';
import { Session, setSession } from '../features/auth/session.svelte';
import { Preferences, setPreferences } from '../features/settings/preferences.svelte';
import { setTools, Tools } from '../features/tools/tools.svelte';
import { Api } from '$lib/api/api';
import { setApi } from '$lib/api/context';
import { keptBelow } from '$lib/api/kept';
import { Router, setRouter } from '$lib/router/router.svelte';
import { setToasts, Toasts } from '$lib/ui/toasts.svelte';
import { Connection } from './connection.svelte';
import type { Host } from './host';
import { Layout } from './layout.svelte';

export type Services = ReturnType<typeof provideServices>;

/** Builds everything the components ask for, and hands it to them. */
export function provideServices(host: Host) {
  const { config } = host;
  const kept = host.build === null ? null : keptBelow(config.base_url);
  const api = new Api({ baseUrl: config.base_url, xsrfCookie: config.xsrf_cookie, kept });
  const router = new Router(host.location, config.base_url);
  const session = new Session(api, config.mode === 'standalone', {
    firstRun: config.first_run,
    signedIn: config.signed_in,
  });
  const preferences = new Preferences(api, host.showLook);
  const models = new Models(api, () => preferences.values.default_model);
  const tools = new Tools(api, preferences, (id) => models.get(id));
  const history = new History(api);
  const folders = new Folders(api, history);
  const finder = new Finder(api);
  const chats = new Chats(api, history, router, tools);
  const kernels = new Kernels(api);
  const executions = new Executions(api, (conversation) => chats.changed(conversation));
  const prompts = new Prompts(api);
  const documents = new DocumentNews();
  const toasts = new Toasts();
  setApi(api);
  setRouter(router);
  setSession(session);
  setPreferences(preferences);
  setModels(models);
  setTools(tools);
  setChats(chats);
  setFolders(folders);
  setFinder(finder);
  setPrompts(prompts);
  setDocumentNews(documents);
  setKernels(kernels);
  setExecutions(executions);
  setDraw(host.draw);
  setSelection(new Selection());
  setToasts(toasts);
  setNotebooks(new Notebooks(api, host.openNotebook));
  const connection = new Connection(!config.offline);
  const layout = new Layout(host.kind === 'panel');
  return {
    api,
    router,
    session,
    preferences,
    models,
    tools,
    history,
    folders,
    finder,
    chats,
    prompts,
    documents,
    kernels,
    executions,
    toasts,
    connection,
    layout,
  };
}
