import { describe, expect, it } from 'vitest';
import { isSame, Models, readModel, type CommNews } from './models';

const bytes = (...values: number[]) => new Uint8Array(values).buffer;
const news = (data: object, buffers: ArrayBuffer[] = [], id = 'm1'): CommNews => ({
  type: 'comm_msg',
  id,
  target: '',
  data: data as CommNews['data'],
  buffers,
});
const opening: CommNews = {
  type: 'comm_open',
  id: 'm1',
  target: 'jupyter.widget',
  data: {
    state: {
      _model_name: 'ImageModel',
      _model_module: '@jupyter-widgets/controls',
      _model_module_version: '2.0.0',
      width: '10',
    },
    buffer_paths: [['value']],
  },
  buffers: [bytes(1, 2)],
};
const link = (source: string, target: string) => ({
  name: 'LinkModel',
  module: '@jupyter-widgets/controls',
  version: '2.0.0',
  state: { source: [`IPY_MODEL_${source}`, 'value'], target: [`IPY_MODEL_${target}`, 'value'] },
  parts: [],
});

function opened(): Models {
  const models = new Models();
  models.fold(opening);
  return models;
}

describe('Models', () => {
  it('knows a model that the kernel opens', () => {
    expect(opened().get('m1')).toMatchObject({
      name: 'ImageModel',
      module: '@jupyter-widgets/controls',
      version: '2.0.0',
      state: { width: '10' },
      parts: [{ path: ['value'], data: bytes(1, 2) }],
    });
  });

  it('leaves alone what it knows when that is opened again, and what is no widget', () => {
    const models = opened();
    models.fold(news({ method: 'update', state: { width: '20' } }));
    models.fold(opening);
    models.fold({ ...opening, id: 'other', target: 'matplotlib' });
    expect(models.get('m1')?.state['width']).toBe('20');
    expect(models.ids).toEqual(['m1']);
  });

  it('merges updates, of the kernel and of others', () => {
    const models = opened();
    models.fold(news({ method: 'update', state: { width: '20' } }));
    models.fold(news({ method: 'echo_update', state: { height: '5' } }));
    models.fold(news({ method: 'custom', content: { width: '99' } }));
    expect(models.get('m1')?.state).toMatchObject({ width: '20', height: '5' });
  });

  it('replaces the bytes of what is replaced, and only those', () => {
    const models = opened();
    models.fold(
      news({ method: 'update', state: { list: [null] }, buffer_paths: [['list', 0]] }, [bytes(3)]),
    );
    models.fold(news({ method: 'update', state: {}, buffer_paths: [['value']] }, [bytes(4)]));
    expect(models.get('m1')?.parts).toEqual([
      { path: ['list', 0], data: bytes(3) },
      { path: ['value'], data: bytes(4) },
    ]);
    models.fold(news({ method: 'update', state: { value: null, list: [] } }));
    expect(models.get('m1')?.parts).toEqual([]);
  });

  it('forgets what is closed, and does not learn of it by an update', () => {
    const models = opened();
    models.fold({ ...opening, type: 'comm_close' });
    models.fold(news({ method: 'update', state: { width: '1' } }));
    expect(models.ids).toEqual([]);
  });

  it('finds the links of what is shown', () => {
    const models = opened();
    models.set('l1', link('m1', 'm2'));
    models.set('l2', link('m3', 'm1'));
    models.set('l3', link('m3', 'm4'));
    expect(models.linksOf(new Set(['m1']))).toEqual(['l1', 'l2']);
    expect(models.linksOf(new Set())).toEqual([]);
  });
});

describe('a saved model', () => {
  const saved = {
    model_name: 'ImageModel',
    model_module: '@jupyter-widgets/controls',
    model_module_version: '2.0.0',
    state: { width: '10' },
    buffers: [{ path: ['value'], encoding: 'base64' as const, data: 'AQI=' }],
  };

  it('has its bytes read', () => {
    expect(readModel(saved).parts).toEqual([{ path: ['value'], data: bytes(1, 2) }]);
    expect(readModel({ ...saved, buffers: undefined }).parts).toEqual([]);
  });

  it('is the same as one with the same state and bytes', () => {
    const one = readModel(saved);
    expect(isSame(one, readModel(saved))).toBe(true);
    expect(isSame(one, { ...one, state: { width: '11' } })).toBe(false);
    expect(isSame(one, { ...one, parts: [{ path: ['value'], data: bytes(1, 3) }] })).toBe(false);
    expect(isSame(one, { ...one, parts: [] })).toBe(false);
  });
});
