/** The modules whose widgets can be shown, and what stands in for the others. */
import * as base from '@jupyter-widgets/base';
import * as controls from '@jupyter-widgets/controls';
import * as any from './any-widget';
import * as output from './output-widget';

type Classes = Readonly<Record<string, unknown>>;

const MODULES: Readonly<Record<string, Classes>> = {
  '@jupyter-widgets/base': base,
  '@jupyter-widgets/controls': controls,
  '@jupyter-widgets/output': output,
  anywidget: any,
};

/** A class of a module by its name, or undefined where it is not here. */
export function classOf(module: string, name: string): unknown {
  const classes = Object.hasOwn(MODULES, module) ? MODULES[module] : undefined;
  return classes && Object.hasOwn(classes, name) ? classes[name] : undefined;
}

export class UnknownModel extends base.DOMWidgetModel {}

/** Says what would be in its place. */
export class UnknownView extends base.DOMWidgetView {
  override render(): void {
    this.el.classList.add('jupyter-widgets', 'unknown-widget');
    const { name, module } = this.model;
    this.el.textContent = name && module ? `${name} · ${module}` : '?';
  }
}
