import { describe, expect, it } from 'vitest';
import { readFromFrame } from './from-frame';

const sent = {
  type: 'comm_msg',
  id: 'm1',
  message: 'a1b2',
  target: 'jupyter.widget',
  data: { method: 'update', state: {} },
  metadata: {},
  buffers: [new ArrayBuffer(2)],
};

describe('readFromFrame', () => {
  it('takes what a frame may say', () => {
    expect(readFromFrame({ type: 'want', id: 'm1' })).toEqual({ type: 'want', id: 'm1' });
    expect(readFromFrame({ ...sent, more: 'x' })).toEqual(sent);
    expect(readFromFrame({ ...sent, type: 'comm_open', target: 'jupyter.widget.control' })).toEqual(
      { ...sent, type: 'comm_open', target: 'jupyter.widget.control' },
    );
  });

  it.each([
    [-5, 0],
    [42.5, 42.5],
    [1e9, 10_000],
  ])('makes of the height %j a bearable %j', (height, bearable) => {
    expect(readFromFrame({ type: 'height', height })).toEqual({ type: 'height', height: bearable });
  });

  it('shortens what is told of trouble', () => {
    const trouble = { kind: 'code', detail: 'x'.repeat(1_000) };
    expect(readFromFrame({ type: 'trouble', trouble })).toEqual({
      type: 'trouble',
      trouble: { kind: 'code', detail: 'x'.repeat(300) },
    });
  });

  it.each([
    null,
    'want',
    [],
    { type: 'execute_request', id: 'm1' },
    { type: 'want', id: '../../kernels' },
    { type: 'want', id: 5 },
    { type: 'height', height: NaN },
    { type: 'height', height: '5' },
    { type: 'trouble', trouble: { kind: 'joke', detail: '' } },
    { type: 'trouble' },
    { ...sent, target: 'matplotlib' },
    { ...sent, message: '' },
    { ...sent, data: null },
    { ...sent, metadata: [] },
    { ...sent, buffers: ['x'] },
    { ...sent, buffers: null },
  ])('makes nothing of %j', (raw) => {
    expect(readFromFrame(raw)).toBeNull();
  });
});
