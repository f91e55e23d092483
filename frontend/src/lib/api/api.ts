import type { ServerEvent } from '../sse/parser';
import { Client, type ClientConfig } from './client';
import { CollectionCalls, DocumentCalls } from './document-calls';
import { EmbedderCalls } from './embedder-calls';
import { GroupCalls } from './group-calls';
import type {
  ApiKeys,
  Attachment,
  ChatRequest,
  ConversationChanges,
  ConversationDetail,
  ConversationPage,
  ExportFormat,
  Imported,
  Kernel,
  Kernels,
  Kernelspecs,
  Share,
  SharedConversation,
  ShareState,
  DeviceSessions,
  ExecutionWidgets,
  Folder,
  FolderChanges,
  Folders,
  ManyChanges,
  Message,
  MessageTree,
  ModelList,
  NewApiKey,
  Conversation,
  NewConversation,
  NewFolder,
  NewPrompt,
  NewProvider,
  Prompt,
  PromptChanges,
  PromptList,
  Provider,
  ProviderChanges,
  Providers,
  ProfileChanges,
  ProviderTest,
  Role,
  ServerSettings,
  Users,
  WorkspaceFile,
  WorkspaceFiles,
  Registration,
  Runs,
  Settings,
  SignedIn,
  Tags,
  Tools,
  User,
} from './types';

/** Which page of which conversations; what is null is not asked for. */
export interface WhichConversations {
  q?: string;
  folder_id?: string;
  cursor?: string | null;
  limit: number;
}

const POST = 'POST';
const PATCH = 'PATCH';
const DELETE = 'DELETE';

const LARGE_BYTES = 32 * 1024 ** 2;

function workspacePath(conversation: string, path: string): string {
  const segments = path.split('/').map(encodeURIComponent);
  return `conversations/${conversation}/files/${segments.join('/')}`;
}

/** The calls of the HTTP contract, one method each, by feature. */
export class Api {
  readonly client: Client;
  readonly collections: CollectionCalls;
  readonly documents: DocumentCalls;
  readonly embedder: EmbedderCalls;
  readonly groups: GroupCalls;

  constructor(config: ClientConfig) {
    this.client = new Client(config);
    this.collections = new CollectionCalls(this.client);
    this.documents = new DocumentCalls(this.client);
    this.embedder = new EmbedderCalls(this.client);
    this.groups = new GroupCalls(this.client);
  }

  readonly auth = {
    me: () => this.client.read<User>('auth/me'),
    login: (username: string, password: string) =>
      this.client.request<SignedIn>('auth/login', {
        method: POST,
        body: { username, password },
      }),
    register: (account: Registration) =>
      this.client.request<SignedIn>('auth/register', { method: POST, body: account }),
    changeProfile: (changes: ProfileChanges) =>
      this.client.request<User>('auth/me', { method: PATCH, body: changes }),
    logout: () => this.client.request('auth/logout', { method: POST }),
    changePassword: (current_password: string, new_password: string) =>
      this.client.request('auth/password', {
        method: POST,
        body: { current_password, new_password },
      }),
    sessions: () => this.client.request<DeviceSessions>('auth/sessions'),
    revokeSession: (id: string) => this.client.request(`auth/sessions/${id}`, { method: DELETE }),
    apiKeys: () => this.client.request<ApiKeys>('auth/api-keys'),
    createApiKey: (name: string, expires_at: string | null) =>
      this.client.request<NewApiKey>('auth/api-keys', {
        method: POST,
        body: expires_at ? { name, expires_at } : { name },
      }),
    deleteAccount: (password: string) =>
      this.client.request('auth/me', { method: DELETE, body: { password } }),
    revokeApiKey: (id: string) => this.client.request(`auth/api-keys/${id}`, { method: DELETE }),
  };

  readonly conversations = {
    list: (which: WhichConversations, signal?: AbortSignal) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(which))
        if (value !== null) query.set(name, String(value));
      // Searches and later pages are not worth keeping.
      if (!signal && !which.cursor)
        return this.client.read<ConversationPage>(`conversations?${query}`);
      const options = signal ? { signal } : {};
      return this.client.request<ConversationPage>(`conversations?${query}`, options);
    },
    create: (conversation: NewConversation) =>
      this.client.request<ConversationDetail>('conversations', {
        method: POST,
        body: conversation,
      }),
    changeMany: (ids: string[], changes: ManyChanges) =>
      this.client.request('conversations/batch', { method: POST, body: { ids, ...changes } }),
    get: (id: string) => this.client.read<ConversationDetail>(`conversations/${id}`),
    patch: (id: string, changes: ConversationChanges) =>
      this.client.request<ConversationDetail>(`conversations/${id}`, {
        method: PATCH,
        body: changes,
      }),
    remove: (id: string, leaving: boolean) => this.client.remove(`conversations/${id}`, leaving),
    messages: (id: string) => this.client.read<MessageTree>(`conversations/${id}/messages`),
    /** The last messages of the branch shown: `partial` where there are more. */
    end: async (id: string, last: number) => {
      const tree = await this.client.request<MessageTree>(
        `conversations/${id}/messages?last=${last}`,
      );
      // What is whole is kept, as if it had been asked for.
      if (!tree.partial && !tree.temporary) void this.conversations.keep(id, tree);
      return tree;
    },
    fork: (id: string, message_id: string) =>
      this.client.request<Conversation>(`conversations/${id}/fork`, {
        method: POST,
        body: { message_id },
      }),
    removeAll: async () => {
      await this.client.request('conversations', { method: DELETE });
      await this.client.kept?.forget();
    },
    /** Saves a temporary chat. */
    save: (id: string) =>
      this.client.request<Conversation>(`conversations/${id}/keep`, { method: POST }),
    /** Keeps what the page holds of a conversation for the time without a server. */
    keep: async (id: string, tree: MessageTree) => {
      const path = `conversations/${id}/messages`;
      await this.client.kept?.put(path, Response.json(tree)).catch(() => undefined);
    },
    /** Whether this browser keeps a conversation as it has been since `updated_at`. */
    keeps: async (id: string, updated_at: string) => {
      const kept = await this.client.kept?.get<Conversation>(`conversations/${id}`);
      return kept?.updated_at === updated_at;
    },
    export: (id: string, format: ExportFormat) =>
      this.client.save(`conversations/${id}/export?format=${format}`),
    notebook: (id: string) => this.client.file(`conversations/${id}/export?format=ipynb`),
    exportAll: () => this.client.download('conversations/export'),
    import: (file: File, sent: (part: number) => void) =>
      this.client.upload<Imported>('conversations/import', file, sent),
  };

  readonly code = {
    specs: () => this.client.request<Kernelspecs>('kernelspecs'),
    kernels: () => this.client.request<Kernels>('kernels'),
    kernel: (conversation: string) =>
      this.client.request<Kernel>(`conversations/${conversation}/kernel`),
    start: (conversation: string, name: string) =>
      this.client.request<Kernel>(`conversations/${conversation}/kernel`, {
        method: POST,
        body: { name },
      }),
    stop: (conversation: string) =>
      this.client.request(`conversations/${conversation}/kernel`, { method: DELETE }),
    interrupt: (conversation: string) =>
      this.client.request<Kernel>(`conversations/${conversation}/kernel/interrupt`, {
        method: POST,
      }),
    restart: (conversation: string) =>
      this.client.request<Kernel>(`conversations/${conversation}/kernel/restart`, {
        method: POST,
      }),
    execute: (message: string, body: { block: number; code: string }) =>
      this.client.events(`messages/${message}/execute`, { method: POST, body }),
    follow: (execution: string) => this.client.events(`executions/${execution}/events`),
    widgets: (execution: string) =>
      this.client.request<ExecutionWidgets>(`executions/${execution}/widgets`),
    /** Where a kernel says what concerns widgets. */
    channels: (kernel: string) =>
      this.client.socketAddress(`kernels/${kernel}/channels?only=widgets`),
    /** The document in which widgets run. */
    widgetFrame: () => this.client.below('widgets/frame'),
    input: (execution: string, text: string) =>
      this.client.request(`executions/${execution}/input`, { method: POST, body: { text } }),
  };

  /** The document in which artifacts are shown. */
  artifactFrame = () => this.client.below('artifact/frame');

  /** What the code of a conversation has written, and what was put beside it. */
  readonly workspace = {
    list: (conversation: string) =>
      this.client.request<WorkspaceFiles>(`conversations/${conversation}/files`),
    add: (conversation: string, file: File, sent: (part: number) => void, signal: AbortSignal) =>
      this.client.upload<WorkspaceFile>(
        `conversations/${conversation}/files`,
        file,
        sent,
        'POST',
        signal,
      ),
    save: (conversation: string, { path, size }: WorkspaceFile) => {
      const address = workspacePath(conversation, path);
      // What is in memory as a whole first can be refused in words; what is large goes to the disk.
      return size > LARGE_BYTES ? this.client.download(address) : this.client.save(address);
    },
    content: (conversation: string, path: string) =>
      this.client.blob(workspacePath(conversation, path)),
    remove: (conversation: string, path: string, leaving: boolean) =>
      this.client.remove(workspacePath(conversation, path), leaving),
  };

  readonly files = {
    add: (file: File, sent: (part: number) => void, signal: AbortSignal) =>
      this.client.upload<Attachment>('files', file, sent, 'POST', signal),
    remove: (id: string) => this.client.request(`files/${id}`, { method: DELETE }),
    save: (id: string) => this.client.download(`files/${id}`),
    content: (id: string) => this.client.blob(`files/${id}`),
    address: (id: string) => this.client.address(`files/${id}`),
  };

  readonly folders = {
    list: () => this.client.read<Folders>('folders'),
    create: (folder: NewFolder) =>
      this.client.request<Folder>('folders', { method: POST, body: folder }),
    patch: (id: string, changes: FolderChanges) =>
      this.client.request<Folder>(`folders/${id}`, { method: PATCH, body: changes }),
    remove: (id: string) => this.client.request(`folders/${id}`, { method: DELETE }),
  };

  readonly tags = {
    list: () => this.client.request<Tags>('tags'),
  };

  readonly messages = {
    edit: (id: string, content: string) =>
      this.client.request<Message>(`messages/${id}`, { method: PATCH, body: { content } }),
    rate: (id: string, rating: number | null) =>
      this.client.request<Message>(`messages/${id}`, { method: PATCH, body: { rating } }),
    pick: (id: string) => this.client.request<Message>(`messages/${id}/pick`, { method: POST }),
    remove: (id: string, leaving: boolean) => this.client.remove(`messages/${id}`, leaving),
  };

  readonly sharing = {
    state: (id: string) => this.client.request<ShareState>(`conversations/${id}/share`),
    share: (id: string) =>
      this.client.request<Share>(`conversations/${id}/share`, { method: POST }),
    revoke: (id: string) => this.client.request(`conversations/${id}/share`, { method: DELETE }),
    read: (token: string) =>
      this.client.request<SharedConversation>(`shared/${encodeURIComponent(token)}`),
  };

  readonly prompts = {
    list: () => this.client.request<PromptList>('prompts'),
    create: (prompt: NewPrompt) =>
      this.client.request<Prompt>('prompts', { method: POST, body: prompt }),
    patch: (id: string, changes: PromptChanges) =>
      this.client.request<Prompt>(`prompts/${id}`, { method: PATCH, body: changes }),
    remove: (id: string, leaving: boolean) => this.client.remove(`prompts/${id}`, leaving),
  };

  readonly runs = {
    start: (body: ChatRequest, signal: AbortSignal): AsyncGenerator<ServerEvent> =>
      this.client.events('chat', { method: POST, body, signal }),
    follow: (id: string, after: number, signal: AbortSignal): AsyncGenerator<ServerEvent> =>
      this.client.events(`runs/${id}/events?after=${after}`, { signal }),
    cancel: (id: string) => this.client.request(`runs/${id}/cancel`, { method: POST }),
    active: () => this.client.request<Runs>('runs?active=true'),
    /** Says whether a call of a tool that waits for it may be made. */
    approve: (id: string, tool_call_id: string, approve: boolean) =>
      this.client.request(`runs/${id}/approve`, {
        method: POST,
        body: { tool_call_id, approve },
      }),
  };

  readonly tools = {
    list: () => this.client.request<Tools>('tools'),
  };

  readonly models = {
    list: () => this.client.read<ModelList>('models'),
  };

  readonly providers = {
    list: () => this.client.request<Providers>('providers'),
    create: (provider: NewProvider) =>
      this.client.request<Provider>('providers', { method: POST, body: provider }),
    patch: (id: string, changes: ProviderChanges) =>
      this.client.request<Provider>(`providers/${id}`, { method: PATCH, body: changes }),
    remove: (id: string, leaving: boolean) => this.client.remove(`providers/${id}`, leaving),
    test: (id: string) =>
      this.client.request<ProviderTest>(`providers/${id}/test`, { method: POST }),
  };

  readonly settings = {
    get: () => this.client.read<Settings>('settings'),
    patch: (changes: Partial<Settings>) =>
      this.client.request<Settings>('settings', { method: PATCH, body: changes }),
    putBackground: (picture: File) =>
      this.client.upload('settings/background', picture, () => undefined, 'PUT'),
    removeBackground: () => this.client.request('settings/background', { method: DELETE }),
  };

  readonly admin = {
    users: () => this.client.request<Users>('admin/users'),
    setRole: (id: string, role: Role) =>
      this.client.request<User>(`admin/users/${id}`, { method: PATCH, body: { role } }),
    removeUser: (id: string) => this.client.request(`admin/users/${id}`, { method: DELETE }),
    settings: () => this.client.request<ServerSettings>('admin/settings'),
    changeSettings: (changes: Partial<ServerSettings>) =>
      this.client.request<ServerSettings>('admin/settings', { method: PATCH, body: changes }),
  };

  /** The one stream a tab keeps open. */
  events(signal: AbortSignal, opened: () => void): AsyncGenerator<ServerEvent> {
    return this.client.events('events', { signal, opened });
  }
}
