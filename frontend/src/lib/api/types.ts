/** The API's own words: aliases, so that features never name the generated schema. */

export type Role = 'system' | 'user' | 'assistant' | 'tool';
export type MessageStatus = 'complete' | 'streaming' | 'interrupted' | 'cancelled' | 'error';

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { loc: (string | number)[]; msg: string }[];
}

export interface Message {
  id: string;
  conversation_id: string;
  parent_id: string | null;
  role: Role;
  content: string;
  reasoning?: string | null;
  status: MessageStatus;
  model?: string | null;
  usage?: {
    prompt_tokens?: number | null;
    completion_tokens?: number | null;
    ttft_ms?: number | null;
    duration_ms?: number | null;
  } | null;
  error?: Problem | null;
  created_at: string;
  run_id?: string | null;
  seq?: number | null;
}

export interface Conversation {
  id: string;
  title: string;
  pinned: boolean;
  archived: boolean;
  model: string | null;
  updated_at: string;
  current_leaf_id?: string | null;
}

export interface ConversationPage {
  items: Conversation[];
  next_cursor: string | null;
}

export interface MessageTree {
  items: Message[];
  current_leaf_id: string | null;
}

export interface Model {
  id: string;
  name: string;
  provider: string;
  capabilities: { vision?: boolean; tools?: boolean; reasoning?: boolean; demo?: boolean };
  context_window?: number | null;
}

export interface ModelList {
  items: Model[];
  default_model: string | null;
}

export interface Provider {
  id: string;
  name: string;
  kind: string;
  base_url: string | null;
  enabled: boolean;
  has_key: boolean;
  source: 'database' | 'file' | 'environment' | 'discovered' | 'builtin';
}

export interface ProviderInput {
  name: string;
  kind: string;
  base_url?: string;
  api_key?: string;
  enabled: boolean;
}

export interface ProviderTest {
  ok: boolean;
  detail: string;
  models: number;
}

export interface User {
  id: string;
  username: string;
  email: string | null;
  display_name: string;
  role: string;
  permissions: string[];
}

export interface DeviceSession {
  id: string;
  user_agent: string;
  ip: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
}

export interface ApiKey {
  id: string;
  name: string;
  hint: string;
  created_at: string;
  expires_at: string | null;
}

export interface Settings {
  theme: 'light' | 'dark' | 'oled' | 'system';
  default_model: string | null;
  send_on_enter: boolean;
}

export interface ChatRequest {
  conversation_id?: string;
  parent_id?: string | null;
  content?: string;
  model?: string;
  regenerate?: string;
  continue?: string;
}
