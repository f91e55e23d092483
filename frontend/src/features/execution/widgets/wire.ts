/**
 * Messages of a kernel as a WebSocket carries them, in the format `v1.kernel.websocket.jupyter.org`:
 * how many offsets there are, the offsets, and the parts that they part, all numbers of 64 bits.
 */
import type { State } from './protocol';

export const SUBPROTOCOL = 'v1.kernel.websocket.jupyter.org';

export interface KernelMessage {
  channel: string;
  header: State;
  parent_header: State;
  metadata: State;
  content: State;
  buffers: ArrayBuffer[];
}

const NUMBER = 8;
/** The channel, the two headers, metadata and content; what follows is buffers. */
const NAMED = 5;

export function packed(message: KernelMessage): ArrayBuffer {
  const encoder = new TextEncoder();
  const { channel, header, parent_header, metadata, content, buffers } = message;
  const named = [header, parent_header, metadata, content].map((part) => JSON.stringify(part));
  const parts = [
    ...[channel, ...named].map((text) => encoder.encode(text)),
    ...buffers.map((buffer) => new Uint8Array(buffer)),
  ];
  const offsets = [NUMBER * (parts.length + 2)];
  for (const part of parts) offsets.push((offsets.at(-1) ?? 0) + part.length);
  const whole = new Uint8Array(offsets.at(-1) ?? 0);
  const numbers = new DataView(whole.buffer);
  [offsets.length, ...offsets].forEach((number, at) =>
    numbers.setBigUint64(at * NUMBER, BigInt(number), true),
  );
  parts.forEach((part, at) => whole.set(part, offsets[at]));
  return whole.buffer;
}

export function unpacked(bytes: ArrayBuffer): KernelMessage {
  const numbers = new DataView(bytes);
  const number = (at: number) => Number(numbers.getBigUint64(at * NUMBER, true));
  const parts = Array.from({ length: number(0) - 1 }, (_, at) =>
    bytes.slice(number(at + 1), number(at + 2)),
  );
  const decoder = new TextDecoder();
  const [channel = '', ...texts] = parts.slice(0, NAMED).map((part) => decoder.decode(part));
  const [header, parent_header, metadata, content] = texts.map((text) => JSON.parse(text) as State);
  return {
    channel,
    header: header ?? {},
    parent_header: parent_header ?? {},
    metadata: metadata ?? {},
    content: content ?? {},
    buffers: parts.slice(NAMED),
  };
}
