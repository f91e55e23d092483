import {
  put_buffers,
  type DOMWidgetModel,
  type DOMWidgetView,
  type WidgetModel,
  type WidgetView,
} from '@jupyter-widgets/base';
import { ManagerBase } from '@jupyter-widgets/base-manager';
import type { RawModel, State, Trouble, Words } from '../features/execution/widgets/protocol';
import { Comm, newId, Pending, type Post } from './comm';
import { typeset } from './math';
import { giveNames } from './names';
import { classOf, UnknownModel, UnknownView } from './modules';

const TARGET = 'jupyter.widget';
/** What can still be read where nothing can be changed. */
const READABLE = /^(HTML|HTMLMath|Label|Output|Image)Model$/;

type AnyView = DOMWidgetView & WidgetView;

/** Makes models when they are first asked for, out of what the page has of them. */
export class FrameManager extends ManagerBase {
  readonly pending = new Pending();
  /** Where the views look for what sets formulas. */
  readonly _rendermime = { latexTypesetter: { typeset } };
  readonly #comms = new Map<string, Comm>();
  readonly #wanted = new Map<string, (model: RawModel | null) => void>();
  readonly #known = new Map<string, Promise<WidgetModel>>();

  constructor(
    private readonly post: Post,
    private readonly tell: (trouble: Trouble) => void,
    private readonly words: Words,
    private isLive: boolean,
  ) {
    super();
  }

  override get_model(id: string): Promise<WidgetModel> {
    if (this.has_model(id)) return super.get_model(id);
    const model = this.#make(id);
    this.register_model(id, model);
    return model;
  }

  override register_model(id: string, model: Promise<WidgetModel>): void {
    super.register_model(id, model);
    this.#known.set(id, model);
  }

  /** The page answers. */
  take(id: string, model: RawModel | null): void {
    this.#wanted.get(id)?.(model);
    this.#wanted.delete(id);
  }

  heard(id: string, data: State, buffers: ArrayBuffer[], parent: string): void {
    this.#comms.get(id)?.heard({ data, buffers, parent });
  }

  closed(id: string): void {
    this.#comms.get(id)?.closed();
    this.#comms.delete(id);
    this.#known.delete(id);
  }

  /** From now on what is shown is how it was. */
  override disconnect(): void {
    this.isLive = false;
    super.disconnect();
    for (const known of this.#known.values())
      void known.then(({ views }) => {
        for (const view of Object.values(views ?? {}))
          void view.then((made) => still(made as AnyView));
      });
  }

  override async create_view(model: WidgetModel, options = {}): Promise<AnyView> {
    const view = (await super.create_view(model as DOMWidgetModel, options)) as AnyView;
    if (view.el instanceof HTMLElement) giveNames(view, this.words);
    if (!this.isLive) still(view);
    return view;
  }

  protected override async loadModelClass(name: string, module: string) {
    const found = classOf(module, name);
    if (!found) this.tell({ kind: 'module', detail: module });
    return (found ?? UnknownModel) as typeof WidgetModel;
  }

  protected override async loadViewClass(name: string, module: string) {
    return (classOf(module, name) ?? UnknownView) as typeof WidgetView;
  }

  protected override async loadClass(name: string, module: string) {
    const found = classOf(module, name);
    if (!found) throw new Error(`${module} has no ${name} here.`);
    return found as typeof WidgetModel;
  }

  protected override async _create_comm(
    target: string,
    id = newId(),
    data?: unknown,
    metadata?: unknown,
    buffers?: ArrayBuffer[] | ArrayBufferView[],
  ): Promise<Comm> {
    const comm = this.#comm(id, target);
    if (data || metadata) comm.open(data, undefined, metadata, buffers);
    return comm;
  }

  protected override async _get_comm_info() {
    return {};
  }

  async #make(id: string): Promise<WidgetModel> {
    const raw = await new Promise<RawModel | null>((resolve) => {
      this.#wanted.set(id, resolve);
      this.post({ type: 'want', id });
    });
    const { name, module, version, state, parts } = raw ?? MISSING;
    const views = parts.map(({ data }) => new DataView(data));
    put_buffers(
      state as Parameters<typeof put_buffers>[0],
      parts.map(({ path }) => path),
      views,
    );
    const comm = this.isLive && raw ? { comm: this.#comm(id, TARGET) } : {};
    return this._make_model(
      {
        model_id: id,
        model_name: name,
        model_module: module,
        model_module_version: version,
        ...comm,
      },
      state,
    );
  }

  #comm(id: string, target: string): Comm {
    const comm = new Comm(id, target, this.post, this.pending);
    this.#comms.set(id, comm);
    return comm;
  }
}

const MISSING: RawModel = {
  name: 'ErrorModel',
  module: '@jupyter-widgets/base',
  version: '',
  state: {},
  parts: [],
};

function still({ model, el }: AnyView): void {
  if (el instanceof HTMLElement && !('children' in model.attributes) && !READABLE.test(model.name))
    el.inert = true;
}
