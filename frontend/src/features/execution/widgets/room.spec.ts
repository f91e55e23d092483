import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '$lib/api/api';
import type { ExecutionWidgets } from '$lib/api/types';
import { eventually } from '$lib/eventually';
import { FrameLink } from './frame-link';
import type { FromFrame, Look, State, ToFrame } from './protocol';
import { Room } from './room.svelte';
import { packed, unpacked, type KernelMessage } from './wire';

const LOOK: Look = { scheme: 'light', properties: {} };
const WORDS = { play: 'Play', stop: 'Stop', repeat: 'Repeat', value: 'Value' };
const model = (state: State, model_name = 'IntSliderModel') => ({
  model_name,
  model_module: '@jupyter-widgets/controls',
  model_module_version: '2.0.0',
  state,
});
const link = { source: ['IPY_MODEL_m1', 'value'], target: ['IPY_MODEL_m2', 'value'] };
const snapshot = (value: number, kernel_id: string | null = 'k1'): ExecutionWidgets => ({
  kernel_id,
  widgets: {
    version_major: 2,
    version_minor: 0,
    state: { m1: model({ value }), m2: model({ value }), l1: model(link, 'LinkModel') },
  },
});

/** A socket whose other end the test holds. */
class Socket {
  static readonly OPEN = 1;
  static all: Socket[] = [];
  readyState = 0;
  readonly sent: KernelMessage[] = [];
  onopen: () => void = () => undefined;
  onclose: () => void = () => undefined;
  onmessage: (event: { data: ArrayBuffer }) => void = () => undefined;

  constructor() {
    Socket.all.push(this);
    setTimeout(() => {
      this.readyState = Socket.OPEN;
      this.onopen();
    }, 5);
  }

  send(data: ArrayBuffer): void {
    this.sent.push(unpacked(data));
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose();
  }

  says(msg_type: string, content: State, parent = ''): void {
    const parts = { parent_header: { msg_id: parent }, metadata: {}, content, buffers: [] };
    this.onmessage({ data: packed({ channel: 'iopub', header: { msg_type }, ...parts }) });
  }

  static get last(): Socket {
    const socket = Socket.all.at(-1);
    if (!socket) throw new Error('Nobody opened one.');
    return socket;
  }
}

const update = (value: number) => ({
  comm_id: 'm1',
  data: { method: 'update', state: { value } },
});
const sent: FromFrame = {
  type: 'comm_msg',
  id: 'm1',
  message: 'message-1',
  target: 'jupyter.widget',
  data: { method: 'update', state: { value: 9 } },
  metadata: {},
  buffers: [],
};

/** A frame whose inside the test holds: what it hears, and what it says. */
function frameIn(room: Room, ...wants: string[]) {
  const ports: MessagePort[] = [];
  const inside = {
    postMessage: (_: string, __: string, [port]: MessagePort[]) => port && ports.push(port),
  };
  const shows = { height: () => undefined, trouble: () => undefined };
  const frame = new FrameLink(inside as unknown as Window, shows);
  const heard: ToFrame[] = [];
  const [port] = ports;
  if (!port) throw new Error('The frame got no port.');
  port.onmessage = ({ data }: MessageEvent<ToFrame>) => heard.push(data);
  room.enter(frame);
  frame.start('m1', true, LOOK, WORDS);
  const say = (message: FromFrame) => port.postMessage(message);
  wants.forEach((id) => say({ type: 'want', id }));
  const heardOf = (type: ToFrame['type']) => heard.filter((message) => message.type === type);
  return { frame, say, heardOf };
}

const settle = () => vi.advanceTimersByTimeAsync(50);
/** Ports deliver in their own time, which no fake clock moves. */
const delivered = async (what: () => unknown) => {
  await eventually(() => expect(what()).toBeTruthy());
};

let widgets = vi.fn<(execution: string) => Promise<ExecutionWidgets>>();
const api = () =>
  ({ code: { widgets, channels: (id: string) => `ws://x/${id}` } }) as unknown as Api;

async function joined(): Promise<Room> {
  const room = new Room(api(), 'k1');
  await room.join('e1', snapshot(1));
  await settle();
  return room;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('WebSocket', Socket);
  Socket.all = [];
  widgets = vi.fn(async () => snapshot(2));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('Room', () => {
  it('shows what is known at once, and is live when it has read what the line may have missed', async () => {
    const room = new Room(api(), 'k1');
    await room.join('e1', snapshot(1));
    expect([room.reach, room.models.get('m1')?.state]).toEqual(['joining', { value: 1 }]);
    await settle();
    expect([room.reach, room.models.get('m1')?.state]).toEqual(['live', { value: 2 }]);
  });

  it('keeps what the line said while a snapshot was on its way', async () => {
    widgets = vi.fn(async () => {
      Socket.last.says('comm_msg', update(7));
      return snapshot(2);
    });
    expect((await joined()).models.get('m1')?.state).toEqual({ value: 7 });
  });

  it('has no line where the kernel is gone', async () => {
    const room = new Room(api(), null);
    await room.join('e1', snapshot(1, null));
    expect([room.reach, room.models.get('m1')?.state, Socket.all]).toEqual([
      'gone',
      { value: 1 },
      [],
    ]);
  });

  it('gives frames the models they ask for, and hands on what the kernel says to those', async () => {
    const room = await joined();
    const [one, other] = [frameIn(room, 'm1', 'nope'), frameIn(room, 'm2')];
    await delivered(() => one.heardOf('model').length === 2 && other.heardOf('model').length);
    expect(one.heardOf('model')).toMatchObject([
      { id: 'm1', model: { state: { value: 2 } } },
      { id: 'nope', model: null },
    ]);
    Socket.last.says('comm_msg', update(5));
    await delivered(() => one.heardOf('message').length);
    expect(one.heardOf('message')).toMatchObject([{ id: 'm1', data: { state: { value: 5 } } }]);
    expect(other.heardOf('message')).toEqual([]);
  });

  it('sends what a frame says to a model it has, and tells it when the kernel is done', async () => {
    const { say, heardOf } = frameIn(await joined(), 'm1');
    say(sent);
    await delivered(() => Socket.last.sent.length);
    expect(Socket.last.sent).toMatchObject([
      {
        channel: 'shell',
        header: { msg_id: 'message-1', msg_type: 'comm_msg' },
        content: { comm_id: 'm1' },
      },
    ]);
    Socket.last.says('status', { execution_state: 'idle' }, 'message-1');
    await delivered(() => heardOf('idle').length);
    expect(heardOf('idle')).toEqual([{ type: 'idle', parent: 'message-1' }]);
  });

  it('sends nothing to what a frame does not have', async () => {
    const { say, heardOf } = frameIn(await joined());
    say(sent);
    await delivered(() => heardOf('idle').length);
    expect(Socket.last.sent).toEqual([]);
  });

  it('runs a link in one frame, and in another when that has left', async () => {
    const room = await joined();
    const one = frameIn(room, 'm1');
    await delivered(() => one.heardOf('run').length);
    const other = frameIn(room, 'm2');
    await delivered(() => other.heardOf('model').length);
    expect(other.heardOf('run')).toEqual([]);
    room.leave(one.frame);
    await delivered(() => other.heardOf('run').length);
    expect(other.heardOf('run')).toEqual([{ type: 'run', id: 'l1' }]);
  });

  it('comes back when the line has broken, with what it missed', async () => {
    const room = await joined();
    const { heardOf } = frameIn(room, 'm1');
    await delivered(() => heardOf('model').length);
    widgets.mockImplementation(async () => snapshot(8));
    Socket.last.close();
    expect(room.reach).toBe('away');
    await vi.advanceTimersByTimeAsync(2_000);
    expect([room.reach, Socket.all.length]).toEqual(['live', 2]);
    await delivered(() => heardOf('message').length);
    expect(heardOf('message')).toMatchObject([{ id: 'm1', data: { state: { value: 8 } } }]);
  });

  it('ends when the line has broken because the kernel is gone', async () => {
    const room = await joined();
    const { heardOf } = frameIn(room, 'm1');
    widgets.mockImplementation(async () => snapshot(2, null));
    Socket.last.close();
    await vi.advanceTimersByTimeAsync(2_000);
    expect([room.reach, Socket.all.length]).toEqual(['gone', 1]);
    await delivered(() => heardOf('gone').length);
  });
});
