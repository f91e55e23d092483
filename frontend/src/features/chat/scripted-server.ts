import { vi } from 'vitest';
import { Api } from '$lib/api/api';
import { Chat } from './chat.svelte';
import type { ChatEvents } from './chat-events';

/** A server for specs: it answers calls by "METHOD path" as its script says, each once. */
export class ScriptedServer {
  readonly script: [call: string, respond: () => Response | Promise<Response>][] = [];
  readonly sent: [call: string, body: unknown][] = [];

  constructor() {
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      const call = `${init.method ?? 'GET'} ${url.replace('/dost/api/v1/', '')}`;
      this.sent.push([call, init.body ? JSON.parse(String(init.body)) : null]);
      const at = this.script.findIndex(([expected]) => expected === call);
      const [next] = at < 0 ? [] : this.script.splice(at, 1);
      return next ? Promise.resolve(next[1]()) : Promise.reject(new TypeError(`no ${call}`));
    });
  }
}

export const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status });

export const frame = (seq: number, event: string, data: unknown) =>
  `id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export const stream =
  (...frames: string[]) =>
  () =>
    new Response(frames.join(''));

/** A chat that talks to the scripted server. */
export function makeChat(
  id: string | null = null,
  events: Partial<ChatEvents> = {},
  tools: (models: readonly string[]) => Promise<string[]> = async () => [],
): Chat {
  const nothing = () => undefined;
  const deaf = {
    loaded: nothing,
    created: nothing,
    titled: nothing,
    touched: nothing,
    settled: nothing,
  };
  return new Chat(
    new Api({ baseUrl: '/dost/', xsrfCookie: '_xsrf' }),
    { ...deaf, ...events },
    id,
    async (models, web) => {
      const given = await tools(models);
      return { ...(given.length > 0 && { tools: given }), ...(web && { web_search: true }) };
    },
  );
}
