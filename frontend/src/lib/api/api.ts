import type { ServerEvent } from '../sse/parser';
import { Client, type ClientConfig } from './client';
import type {
  ApiKey,
  ChatRequest,
  Conversation,
  ConversationPage,
  DeviceSession,
  Message,
  MessageTree,
  ModelList,
  Provider,
  ProviderInput,
  ProviderTest,
  Settings,
  User,
} from './types';

interface Items<T> {
  items: T[];
}

const POST = 'POST';
const PATCH = 'PATCH';
const DELETE = 'DELETE';

/** The calls of the HTTP contract, one method each, by feature. */
export class Api {
  readonly client: Client;

  constructor(config: ClientConfig) {
    this.client = new Client(config);
  }

  readonly auth = {
    me: () => this.client.request<User>('auth/me'),
    login: (username: string, password: string) =>
      this.client.request<{ user: User }>('auth/login', {
        method: POST,
        body: { username, password },
      }),
    register: (account: { username: string; password: string; display_name?: string }) =>
      this.client.request<{ user: User }>('auth/register', { method: POST, body: account }),
    logout: () => this.client.request('auth/logout', { method: POST }),
    changePassword: (current_password: string, new_password: string) =>
      this.client.request('auth/password', {
        method: POST,
        body: { current_password, new_password },
      }),
    sessions: () => this.client.request<Items<DeviceSession>>('auth/sessions'),
    revokeSession: (id: string) => this.client.request(`auth/sessions/${id}`, { method: DELETE }),
    apiKeys: () => this.client.request<Items<ApiKey>>('auth/api-keys'),
    createApiKey: (name: string, expires_at: string | null) =>
      this.client.request<ApiKey & { key: string }>('auth/api-keys', {
        method: POST,
        body: expires_at ? { name, expires_at } : { name },
      }),
    revokeApiKey: (id: string) => this.client.request(`auth/api-keys/${id}`, { method: DELETE }),
  };

  readonly conversations = {
    list: (cursor: string | null, limit: number) => {
      const query = new URLSearchParams({ limit: String(limit) });
      if (cursor) query.set('cursor', cursor);
      return this.client.request<ConversationPage>(`conversations?${query}`);
    },
    get: (id: string) => this.client.request<Conversation>(`conversations/${id}`),
    patch: (
      id: string,
      changes: Partial<Pick<Conversation, 'title' | 'pinned' | 'model' | 'current_leaf_id'>>,
    ) => this.client.request<Conversation>(`conversations/${id}`, { method: PATCH, body: changes }),
    remove: (id: string, keepalive = false) =>
      this.client.request(`conversations/${id}`, { method: DELETE, keepalive }),
    messages: (id: string) => this.client.request<MessageTree>(`conversations/${id}/messages`),
  };

  readonly messages = {
    edit: (id: string, content: string) =>
      this.client.request<Message>(`messages/${id}`, { method: PATCH, body: { content } }),
    remove: (id: string, keepalive = false) =>
      this.client.request(`messages/${id}`, { method: DELETE, keepalive }),
  };

  readonly runs = {
    start: (body: ChatRequest, signal: AbortSignal): AsyncGenerator<ServerEvent> =>
      this.client.events('chat', { method: POST, body, signal }),
    follow: (id: string, after: number, signal: AbortSignal): AsyncGenerator<ServerEvent> =>
      this.client.events(`runs/${id}/events?after=${after}`, { signal }),
    cancel: (id: string) => this.client.request(`runs/${id}/cancel`, { method: POST }),
    active: () =>
      this.client.request<Items<{ id: string; conversation_id: string }>>('runs?active=true'),
  };

  readonly models = {
    list: () => this.client.request<ModelList>('models'),
  };

  readonly providers = {
    list: () => this.client.request<Items<Provider>>('providers'),
    create: (provider: ProviderInput) =>
      this.client.request<Provider>('providers', { method: POST, body: provider }),
    patch: (id: string, changes: Partial<ProviderInput>) =>
      this.client.request<Provider>(`providers/${id}`, { method: PATCH, body: changes }),
    remove: (id: string) => this.client.request(`providers/${id}`, { method: DELETE }),
    test: (id: string) =>
      this.client.request<ProviderTest>(`providers/${id}/test`, { method: POST }),
  };

  readonly settings = {
    get: () => this.client.request<Settings>('settings'),
    put: (settings: Settings) =>
      this.client.request<Settings>('settings', { method: 'PUT', body: settings }),
  };

  /** The one stream a tab keeps open. */
  events(signal: AbortSignal, opened: () => void): AsyncGenerator<ServerEvent> {
    return this.client.events('events', { signal, opened });
  }
}
