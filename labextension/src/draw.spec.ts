// @vitest-environment happy-dom
import { Widget } from '@lumino/widgets';
import { describe, expect, it, vi } from 'vitest';
import { drawerOf } from './draw';

type Renderers = Exclude<Parameters<typeof drawerOf>[0], null>;
type Renderer = ReturnType<Renderers['createRenderer']>;

const KIND = 'application/x-chart';

/** Renderers of one kind, and what they were given. */
function having(render: () => Promise<void>) {
  const models: unknown[] = [];
  const renderers = {
    preferredMimeType: (data: object, safe: string) =>
      safe === 'ensure' && KIND in data ? KIND : undefined,
    createModel: (model: unknown) => (models.push(model), model),
    createRenderer: () => Object.assign(new Widget(), { renderModel: render }) as Renderer,
  } as unknown as Renderers;
  return { models, draw: drawerOf(renderers) };
}

function onPage() {
  return document.body.appendChild(document.createElement('div'));
}

describe('what Lab draws', () => {
  it('is in its place until it is taken away', () => {
    const place = onPage();
    const { draw } = having(() => Promise.resolve());
    const erase = draw({ [KIND]: {} }, {})?.(place, () => undefined);
    expect(place.childElementCount).toBe(1);
    erase?.();
    expect(place.childElementCount).toBe(0);
  });

  it('is never vouched for', () => {
    const { draw, models } = having(() => Promise.resolve());
    draw({ [KIND]: { mark: 'bar' } }, {})?.(onPage(), () => undefined);
    expect(models).toEqual([{ data: { [KIND]: { mark: 'bar' } }, metadata: {}, trusted: false }]);
  });

  it('is said to have failed', async () => {
    const fail = vi.fn();
    const error = new Error('no such mark');
    const { draw } = having(() => Promise.reject(error));
    draw({ [KIND]: {} }, {})?.(onPage(), fail);
    await vi.waitFor(() => expect(fail).toHaveBeenCalledWith(error));
  });

  it('is nothing where Lab has no renderer, or no renderers', () => {
    const { draw } = having(() => Promise.resolve());
    expect(draw({ 'application/x-other': {} }, {})).toBeNull();
    expect(drawerOf(null)({ [KIND]: {} }, {})).toBeNull();
  });
});
