import type { Embedder, EmbedderChoice, EmbedderKind, EmbedderTest } from '$lib/api/types';
import { t } from '$lib/i18n';
import { lasting } from '$lib/i18n/time';

export const KINDS = ['builtin', 'openai', 'ollama', 'sentence-transformers'] as const;

const BUILTIN = 'all-MiniLM-L6-v2';
/** Where Ollama listens, unless its owner changed that. */
const OLLAMA = 'http://127.0.0.1:11434';
const MINUTE_MS = 60_000;

export const EXAMPLES: Readonly<Record<EmbedderKind, string>> = {
  builtin: BUILTIN,
  openai: 'text-embedding-3-small',
  ollama: 'nomic-embed-text',
  'sentence-transformers': 'BAAI/bge-m3',
};

/** What somebody fills in; the key is kept apart, for it is forgotten first. */
export interface Draft {
  kind: EmbedderKind;
  model: string;
  address: string;
}

/** Whether it is a server's, to which texts are sent. */
export function isRemote(kind: EmbedderKind): boolean {
  return kind === 'openai' || kind === 'ollama';
}

export function kindName(kind: EmbedderKind): string {
  if (kind === 'builtin') return t('provider.builtin');
  if (kind === 'openai') return t('provider.compatible');
  return kind === 'ollama' ? 'Ollama' : kind;
}

/** An embedder in one line. */
export function described({ kind, model, base_url, dimensions }: Embedder): string {
  const count = dimensions;
  if (isRemote(kind)) return t('admin.embedder.is.remote', { model, address: base_url, count });
  if (kind === 'builtin') return t('admin.embedder.is.builtin', { model, count });
  return t('admin.embedder.is.sentences', { model, count });
}

/** What a form shows of a kind at first: what is known of it, or what most have. */
export function draftOf(kind: EmbedderKind, known: readonly Embedder[]): Draft {
  const one = known.find((each) => each.kind === kind);
  const usual = kind === 'ollama' ? OLLAMA : '';
  return { kind, model: one?.model ?? '', address: one?.base_url ?? usual };
}

/** The choice that a form is; `key` is empty for none, null for the one that is stored, if any. */
export function choiceOf({ kind, model, address }: Draft, key: string | null): EmbedderChoice {
  return {
    kind,
    model: kind === 'builtin' ? BUILTIN : model.trim(),
    ...(isRemote(kind) && { base_url: address.trim() }),
    ...(kind === 'openai' && key !== null && { api_key: key }),
  };
}

export function isSame(one: EmbedderChoice, other: EmbedderChoice): boolean {
  return one.model === other.model && isSamePlace(one, other);
}

/** Whether a key of what is `known` would be used for `choice`. */
export function hasKey(choice: EmbedderChoice, known: readonly Embedder[]): boolean {
  return known.some((one) => one.has_key && isSamePlace(one, choice));
}

/** How long it takes to embed all of it anew. */
export function duration({ milliseconds, chunks }: EmbedderTest): string {
  const ms = milliseconds * chunks;
  if (ms < MINUTE_MS) return t('admin.embedder.ask.soon');
  return t('admin.embedder.ask.time', { time: lasting(ms) });
}

function isSamePlace(one: EmbedderChoice, other: EmbedderChoice): boolean {
  return one.kind === other.kind && addressOf(one) === addressOf(other);
}

function addressOf({ base_url = '' }: EmbedderChoice): string {
  return base_url.replace(/\/+$/, '');
}
