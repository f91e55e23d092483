/** The API's own words: aliases, so that features never name the generated schema. */
import type { components } from './schema';

type Schemas = components['schemas'];

/** A message's error is the problem that ended its run. */
export type Message = Omit<Schemas['Message'], 'error'> & { error?: Problem | null };
export type MessageTree = Omit<Schemas['Messages'], 'items'> & { items: Message[] };
export type Conversation = Schemas['ConversationSummary'];
/** With what a model is told beside the messages. */
export type ConversationDetail = Schemas['Conversation'];
export type ConversationPage = Schemas['ConversationPage'];
export type ConversationChanges = Schemas['UpdateConversation'];
export type NewConversation = Schemas['CreateConversation'];
export type ManyChanges = Omit<Schemas['ChangeMany'], 'ids'>;
export type Folder = Schemas['Folder'];
export type Folders = Schemas['Folders'];
export type NewFolder = Schemas['CreateFolder'];
export type FolderChanges = Schemas['UpdateFolder'];
export type Tags = Schemas['TagCounts'];
export type Imported = Schemas['Imported'];
export type ExportFormat = 'md' | 'json' | 'ipynb' | 'html' | 'py';
export type Share = Schemas['Share'];
export type ShareState = Schemas['ShareState'];
export type SharedConversation = Schemas['SharedConversation'];
export type SharedMessage = Schemas['SharedMessage'];
export type ChatRequest = Schemas['SendMessage'];
export type Attachment = Schemas['Attachment'];
/** A document or a collection that a prompt names. */
export type Source = Schemas['Source'];
/** How much of a document is read. */
export type Use = NonNullable<Source['use']>;
/** A passage that an answer may point at. */
export type Citation = Schemas['Citation'];
export type Runs = Schemas['Runs'];

export type Kernelspecs = Schemas['Kernelspecs'];
export type Kernel = Schemas['Kernel'];
export type Kernels = Schemas['Kernels'];
/** What is in a kernel's working directory. */
export type WorkspaceFiles = Schemas['WorkspaceFiles'];
export type WorkspaceFile = Schemas['WorkspaceFile'];
export type Execution = Schemas['Execution'];
export type ExecutionStatus = Execution['status'];
/** What the tabs of a user hear when code begins to run, has ended, and shows something since. */
export type ExecutionNews = Pick<Execution, 'id' | 'block' | 'tool_call_id' | 'status'> & {
  conversation_id: string;
  message_id: string;
  late?: boolean;
};

/** A model of a widget as its kernel described it. */
export interface SavedModel {
  model_name: string;
  model_module: string;
  model_module_version: string;
  state: Record<string, unknown>;
  buffers?: { path: (string | number)[]; encoding: 'base64'; data: string }[];
}
/** The models that an execution's outputs need, and the kernel in which they live, if it does. */
export interface ExecutionWidgets {
  kernel_id: string | null;
  widgets: { version_major: number; version_minor: number; state: Record<string, SavedModel> };
}

export type Tool = Schemas['Tool'];
export type Tools = Schemas['Tools'];
export type ToolCall = Schemas['ToolCall'];
export type ToolResult = Schemas['ToolResult'];
/** Whether a tool is given to models, and whether each of its calls is asked for. */
export type ToolChoice = Required<Schemas['ToolChoice']>;

export type ChatParams = Schemas['ChatParams'];
export type Prompt = Schemas['Prompt'];
export type PromptList = Schemas['Prompts'];
export type NewPrompt = Schemas['CreatePrompt'];
export type PromptChanges = Schemas['UpdatePrompt'];

export type Group = Schemas['Group'];
export type Groups = Schemas['Groups'];
export type NewGroup = Schemas['CreateGroup'];
export type GroupChanges = Schemas['UpdateGroup'];
/** The groups with which one may share. */
export type NamedGroups = Schemas['NamedGroups'];
export type Collection = Schemas['Collection'];
export type Collections = Schemas['Collections'];
export type NewCollection = Schemas['CreateCollection'];
export type CollectionChanges = Schemas['UpdateCollection'];
export type Document = Schemas['Document'];
export type Documents = Schemas['Documents'];
export type WholeDocument = Schemas['WholeDocument'];
export type DocumentStatus = Document['status'];
/** A line of a document's outline. */
export type Heading = Schemas['Heading'];
export type Passage = Schemas['Passage'];
export type Passages = Schemas['Passages'];
export type ReadPassage = Schemas['ReadPassage'];
export type ReadPassages = Schemas['ReadPassages'];
/** What all who may read a document hear of it. */
export type DocumentChanged = Pick<Document, 'id'> &
  Partial<Omit<Document, 'status'>> & { status: DocumentStatus | 'deleted' };

/** What turns passages into vectors. */
export type Embedder = Schemas['EmbedderInUse'];
/** An embedder that takes over once all passages are embedded with it. */
export type NextEmbedder = Schemas['NextEmbedder'];
export type EmbedderState = Schemas['Embedding'];
export type EmbedderKind = Embedder['kind'];
export type EmbedderChoice = Schemas['ChooseEmbedder'];
export type EmbedderTest = Schemas['TestedEmbedder'];

export type Model = Schemas['Model'];
export type ModelList = Schemas['Models'];
export type Provider = Schemas['ProviderView'];
export type Providers = Schemas['Providers'];
export type NewProvider = Schemas['NewProvider'];
export type ProviderChanges = Schemas['ChangeProvider'];
export type ProviderTest = Schemas['ProviderTest'];

export type User = Schemas['User'];
export type Users = Schemas['Users'];
export type Role = Schemas['ChangeUser']['role'];
export type ProfileChanges = Schemas['UpdateProfile'];
export type SignedIn = Schemas['SignedIn'];
export type Registration = Schemas['Register'];
export type DeviceSession = Schemas['Session'];
export type DeviceSessions = Schemas['Sessions'];
export type ApiKey = Schemas['ApiKey'];
export type ApiKeys = Schemas['ApiKeys'];
export type NewApiKey = Schemas['NewApiKey'];

/** As the server fills it in: nothing is left out. */
export type Settings = Required<Omit<Schemas['Settings'], 'default_params' | 'tools'>> & {
  default_params: ChatParams;
  tools: Record<string, ToolChoice>;
};

export type ServerSettings = Required<Schemas['ServerSettings']>;

/** An RFC 9457 problem; on a 422 `errors` says which fields. */
export interface Problem extends Omit<Schemas['Problem'], 'errors'> {
  errors?: { loc: (string | number)[]; msg: string }[];
}
