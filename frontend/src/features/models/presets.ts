export interface Preset {
  kind: string;
  label: string;
  baseUrl: string;
  needsKey: boolean;
  /** Whether the address is for the user to say. */
  asksUrl: boolean;
}

/** The providers people ask for first. Addresses are their published API bases. */
export const PRESETS: readonly Preset[] = [
  {
    kind: 'ollama',
    label: 'Ollama',
    baseUrl: 'http://localhost:11434',
    needsKey: false,
    asksUrl: true,
  },
  {
    kind: 'openai',
    label: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    needsKey: true,
    asksUrl: false,
  },
  { kind: 'anthropic', label: 'Anthropic', baseUrl: '', needsKey: true, asksUrl: false },
  { kind: 'gemini', label: 'Google Gemini', baseUrl: '', needsKey: true, asksUrl: false },
  {
    kind: 'openai',
    label: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    needsKey: true,
    asksUrl: false,
  },
  {
    kind: 'openai',
    label: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    needsKey: true,
    asksUrl: false,
  },
  { kind: 'openai', label: 'OpenAI-compatible', baseUrl: '', needsKey: false, asksUrl: true },
];
