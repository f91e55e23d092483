/** For specs: a server with an embedder, which says what it was asked. */
import { vi } from 'vitest';
import type { Api } from '$lib/api/api';
import type {
  Embedder,
  EmbedderChoice,
  EmbedderState,
  EmbedderTest,
  NextEmbedder,
} from '$lib/api/types';

export const MINILM: Embedder = {
  kind: 'builtin',
  model: 'all-MiniLM-L6-v2',
  base_url: '',
  has_key: false,
  dimensions: 384,
};
export const NOMIC: Embedder = {
  kind: 'ollama',
  model: 'nomic-embed-text',
  base_url: 'http://127.0.0.1:11434',
  has_key: false,
  dimensions: 768,
};
export const TO_NOMIC: EmbedderChoice = {
  kind: 'ollama',
  model: NOMIC.model,
  base_url: NOMIC.base_url,
};

export function nextOf(changes: Partial<NextEmbedder> = {}): NextEmbedder {
  return { ...NOMIC, done: 0, total: 500, error: null, ...changes };
}

export function serving(next: NextEmbedder | null = null) {
  const server: { state: EmbedderState } = { state: { current: MINILM, next, chunks: 500 } };
  const answer = () => Promise.resolve(server.state);
  const get = vi.fn(answer);
  const test = vi.fn((): Promise<EmbedderTest> =>
    Promise.resolve({ dimensions: 768, milliseconds: 240, chunks: 500 }),
  );
  const change = vi.fn((choice: EmbedderChoice) => {
    server.state = { ...server.state, next: nextOf({ model: choice.model }) };
    return answer();
  });
  const cancel = vi.fn(() => {
    server.state = { ...server.state, next: null };
    return answer();
  });
  const calls = { get, test, change, cancel };
  return { api: { embedder: calls } as unknown as Api, calls, server };
}
