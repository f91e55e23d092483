import { t, type MessageKey } from '$lib/i18n';

export interface Preset {
  /** How the API calls this kind of provider; empty where the user says it. */
  kind: string;
  /** A name of its own, or else `said` in the user's language. */
  label: string;
  said?: MessageKey;
  /** What a local server's address is, unless its owner changed it. */
  baseUrl?: string;
  key: 'required' | 'optional' | 'none';
}

/** The providers people ask for first; the server knows where each is. */
export const PRESETS: readonly Preset[] = [
  { kind: 'ollama', label: 'Ollama', baseUrl: 'http://127.0.0.1:11434', key: 'none' },
  { kind: 'openai', label: 'OpenAI', key: 'required' },
  { kind: 'anthropic', label: 'Anthropic', key: 'required' },
  { kind: 'gemini', label: 'Google Gemini', key: 'required' },
  { kind: 'groq', label: 'Groq', key: 'required' },
  { kind: 'openrouter', label: 'OpenRouter', key: 'required' },
  { kind: 'mistral', label: 'Mistral', key: 'required' },
  { kind: 'deepseek', label: 'DeepSeek', key: 'required' },
  { kind: 'lmstudio', label: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1', key: 'none' },
  { kind: 'vllm', label: 'vLLM', baseUrl: 'http://127.0.0.1:8000/v1', key: 'optional' },
  { kind: 'llamacpp', label: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1', key: 'optional' },
  {
    kind: 'openai',
    label: 'openai-compatible',
    said: 'provider.compatible',
    baseUrl: 'https://',
    key: 'optional',
  },
  { kind: '', label: 'other', said: 'provider.other', key: 'optional' },
];

/** A provider's name for people: its preset's, or else the one its owner gave it. */
export function labelOf(provider: string): string {
  if (provider === 'builtin') return t('provider.builtin');
  return PRESETS.find(({ kind }) => kind === provider)?.label ?? provider;
}
