/** The widget that holds outputs. The server captures them; here they are only shown. */
import { DOMWidgetModel, DOMWidgetView, type WidgetModel } from '@jupyter-widgets/base';
import { Panel } from '@lumino/widgets';
import { readOutputs, viewIn, type Output } from '../features/execution/outputs';
import { shownOutput } from './show-output';

export class OutputModel extends DOMWidgetModel {
  override defaults() {
    const module = {
      _model_module: '@jupyter-widgets/output',
      _view_module: '@jupyter-widgets/output',
    };
    const name = { _model_name: 'OutputModel', _view_name: 'OutputView' };
    return { ...super.defaults(), ...module, ...name, msg_id: '', outputs: [] };
  }
}

interface Piece {
  key: string;
  remove: () => void;
}

export class OutputView extends DOMWidgetView {
  #pieces: Piece[] = [];
  readonly #panel = new Panel();

  override render(): void {
    this.el.classList.add('jupyter-widgets', 'widget-output');
    this.listenTo(this.model, 'change:outputs', () => this.#show());
    void this.displayed.then(() => {
      Panel.attach(this.#panel, this.el);
      this.#show();
    });
    this.once('remove', () => this.#panel.dispose());
  }

  /** What has not changed stays, so that a widget among the outputs can be held while it moves. */
  #show(): void {
    const outputs = readOutputs(this.model.get('outputs'));
    const keys = outputs.map((output) => JSON.stringify(output));
    const same = this.#pieces.findIndex(({ key }, at) => key !== keys[at]);
    const kept = same < 0 ? this.#pieces.length : same;
    this.#pieces.splice(kept).forEach(({ remove }) => remove());
    outputs.slice(kept).forEach((output, at) => {
      this.#pieces.push({ key: keys[kept + at] ?? '', remove: this.#add(output) });
    });
  }

  #add(output: Output): () => void {
    const id = viewIn(output);
    if (id === null) {
      const node = shownOutput(output);
      this.#panel.node.append(node);
      return () => node.remove();
    }
    // Its place is taken now; a view may be long in coming.
    const place = new Panel();
    this.#panel.addWidget(place);
    void this.#view(id, place);
    return () => place.dispose();
  }

  async #view(id: string, place: Panel): Promise<void> {
    const manager = this.model.widget_manager;
    const model = (await manager.get_model(id)) as WidgetModel as DOMWidgetModel;
    const view = await manager.create_view(model, { parent: this });
    if (place.isDisposed) view.remove();
    else place.addWidget(view.luminoWidget);
  }
}
