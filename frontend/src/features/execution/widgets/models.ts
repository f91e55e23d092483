/** The models of a kernel as it describes them; no code of a widget is needed to follow them. */
import type { SavedModel } from '$lib/api/types';
import type { Part, RawModel, State } from './protocol';

export const WIDGET_TARGET = 'jupyter.widget';

/** What a kernel says of its comms, or a frame to it. */
export interface CommNews {
  type: 'comm_open' | 'comm_msg' | 'comm_close';
  id: string;
  target: string;
  data: State;
  buffers: ArrayBuffer[];
}

export class Models {
  readonly #models = new Map<string, RawModel>();

  get(id: string): RawModel | undefined {
    return this.#models.get(id);
  }

  get ids(): string[] {
    return [...this.#models.keys()];
  }

  set(id: string, model: RawModel): void {
    this.#models.set(id, model);
  }

  /** Follows what was said. States are absolute: to hear something twice does no harm. */
  fold({ type, id, target, data, buffers }: CommNews): void {
    const known = this.#models.get(id);
    if (type === 'comm_close') this.#models.delete(id);
    if (type === 'comm_open' && !known && target === WIDGET_TARGET)
      this.#models.set(id, opened(data, buffers));
    if (type === 'comm_msg' && known && isUpdate(data))
      this.#models.set(id, updated(known, data, buffers));
  }

  /** The links between models of which one end is among `ids`. */
  linksOf(ids: ReadonlySet<string>): string[] {
    return this.ids.filter((id) => {
      const { name = '', state = {} } = this.#models.get(id) ?? {};
      if (name !== 'LinkModel' && name !== 'DirectionalLinkModel') return false;
      return [state['source'], state['target']].some((end) => ids.has(referenced(end)));
    });
  }
}

/** As an execution's models are kept: bytes in base64. */
export function readModel(saved: SavedModel): RawModel {
  return {
    name: saved.model_name,
    module: saved.model_module,
    version: saved.model_module_version,
    state: saved.state,
    parts: (saved.buffers ?? []).map(({ path, data }) => ({ path, data: bytesOf(data) })),
  };
}

export function isSame(one: RawModel, other: RawModel): boolean {
  return (
    JSON.stringify(one.state) === JSON.stringify(other.state) &&
    one.parts.length === other.parts.length &&
    one.parts.every((part, at) => isSamePart(part, other.parts[at]))
  );
}

function isSamePart(one: Part, other: Part | undefined): boolean {
  if (String(one.path) !== String(other?.path)) return false;
  const [bytes, others] = [new Uint8Array(one.data), new Uint8Array(other?.data ?? [])];
  return bytes.length === others.length && bytes.every((byte, at) => byte === others[at]);
}

function opened(data: State, buffers: ArrayBuffer[]): RawModel {
  const state = stateOf(data['state']);
  return {
    name: String(state['_model_name']),
    module: String(state['_model_module']),
    version: String(state['_model_module_version']),
    state,
    parts: partsOf(data, buffers),
  };
}

function updated(model: RawModel, data: State, buffers: ArrayBuffer[]): RawModel {
  const news = stateOf(data['state']);
  const parts = partsOf(data, buffers);
  const replaced = new Set([...Object.keys(news), ...parts.map(({ path }) => String(path[0]))]);
  return {
    ...model,
    state: { ...model.state, ...news },
    parts: [...model.parts.filter(({ path }) => !replaced.has(String(path[0]))), ...parts],
  };
}

function isUpdate({ method }: State): boolean {
  return method === 'update' || method === 'echo_update';
}

function partsOf({ buffer_paths: paths }: State, buffers: ArrayBuffer[]): Part[] {
  if (!Array.isArray(paths)) return [];
  return (paths as unknown[]).flatMap((path, at) => {
    const data = buffers[at];
    return Array.isArray(path) && data ? [{ path: path as Part['path'], data }] : [];
  });
}

function stateOf(value: unknown): State {
  return typeof value === 'object' && value !== null ? (value as State) : {};
}

/** The id of the model at the end of a link: the reference to it, and the name of a trait. */
function referenced(end: unknown): string {
  const reference: unknown = Array.isArray(end) ? end[0] : '';
  return typeof reference === 'string' ? reference.replace(/^IPY_MODEL_/, '') : '';
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
}
