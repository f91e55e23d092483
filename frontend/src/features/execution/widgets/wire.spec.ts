import { describe, expect, it } from 'vitest';
import { packed, unpacked, type KernelMessage } from './wire';

const message: KernelMessage = {
  channel: 'shell',
  header: { msg_id: 'm1', msg_type: 'comm_msg' },
  parent_header: {},
  metadata: { kind: 'é' },
  content: { comm_id: 'c1', data: { method: 'update', state: { label: 'ş' } } },
  buffers: [],
};

describe('the wire format', () => {
  it('gives back what was put in', () => {
    const buffers = [new Uint8Array([1, 2, 3]).buffer, new ArrayBuffer(0)];
    expect(unpacked(packed(message))).toEqual(message);
    expect(unpacked(packed({ ...message, buffers }))).toEqual({ ...message, buffers });
  });

  it('begins with how many offsets there are, and the first part begins after them', () => {
    const numbers = new DataView(packed(message));
    expect(numbers.getBigUint64(0, true)).toBe(6n);
    expect(numbers.getBigUint64(8, true)).toBe(56n);
    expect(numbers.getBigUint64(16, true)).toBe(61n);
  });
});
