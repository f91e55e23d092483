/** anywidget's classes, made once, and word of widgets whose code does not run. */
import * as base from '@jupyter-widgets/base';
import classes from 'anywidget';
import type { Trouble } from '../features/execution/widgets/protocol';

const made = classes(base);
/** The views that are shown; one without content has failed when something fails. */
const views = new Set<AnyView>();
let tell: (trouble: Trouble) => void = () => undefined;
let hasRefused = false;

export const AnyModel = made.AnyModel;

export class AnyView extends made.AnyView {
  override async render(): Promise<void> {
    views.add(this);
    this.once('remove', () => views.delete(this));
    await Promise.resolve(super.render()).catch(fail);
  }
}

function fail(reason: unknown): void {
  const isSeen = [...views].some(({ el }) => !el.hasChildNodes());
  if (isSeen && !hasRefused) tell({ kind: 'code', detail: String(reason) });
}

/** Tells of code that did not run, and of what a widget is refused. */
export function watchCode(teller: typeof tell): void {
  tell = teller;
  // anywidget has nowhere to put what a view of it throws later.
  addEventListener('unhandledrejection', ({ reason }) => fail(reason));
  document.addEventListener('securitypolicyviolation', ({ blockedURI }) => {
    if (hasRefused || !/^(https?|wss?):/.test(blockedURI)) return;
    // The error that follows from it says less.
    hasRefused = true;
    tell({ kind: 'network', detail: blockedURI });
  });
}
