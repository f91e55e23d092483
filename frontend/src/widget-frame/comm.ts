import type { ICallbacks, IClassicComm } from '@jupyter-widgets/base';
import type { FromFrame, Sent, State } from '../features/execution/widgets/protocol';

export type Post = (message: FromFrame) => void;

type OnStatus = NonNullable<NonNullable<ICallbacks['iopub']>['status']>;
type Buffers = readonly (ArrayBuffer | ArrayBufferView)[];

interface Heard {
  data: State;
  buffers: ArrayBuffer[];
  parent: string;
}

/** Who waits for the kernel to be done with which message. */
export class Pending {
  readonly #callbacks = new Map<string, ICallbacks>();

  add(message: string, callbacks: ICallbacks): void {
    this.#callbacks.set(message, callbacks);
  }

  idle(message: string): void {
    const callbacks = this.#callbacks.get(message);
    this.#callbacks.delete(message);
    // All that is ever read of it.
    const status = {
      header: { msg_type: 'status' },
      parent_header: { msg_id: message },
      content: { execution_state: 'idle' },
    };
    callbacks?.iopub?.status?.(status as unknown as Parameters<OnStatus>[0]);
  }
}

/** One line between a model here and its other half in the kernel, by way of the page. */
export class Comm implements IClassicComm {
  #onMessage: ((message: unknown) => void) | null = null;
  /** What came before there was a model to hear it. */
  readonly #held: Heard[] = [];
  #onClose: (message: unknown) => void = () => undefined;

  constructor(
    readonly comm_id: string,
    readonly target_name: string,
    private readonly post: Post,
    private readonly pending: Pending,
  ) {}

  open = (data: unknown, callbacks?: ICallbacks, metadata?: unknown, buffers?: Buffers) =>
    this.#send('comm_open', data, callbacks, metadata, buffers);

  send = (data: unknown, callbacks?: ICallbacks, metadata?: unknown, buffers?: Buffers) =>
    this.#send('comm_msg', data, callbacks, metadata, buffers);

  close = (data?: unknown, callbacks?: ICallbacks, metadata?: unknown, buffers?: Buffers) =>
    this.#send('comm_close', data, callbacks, metadata, buffers);

  on_msg(callback: (message: unknown) => void): void {
    this.#onMessage = callback;
    this.#held.splice(0).forEach((heard) => this.heard(heard));
  }

  on_close(callback: (message: unknown) => void): void {
    this.#onClose = callback;
  }

  heard(message: Heard): void {
    const { data, buffers, parent } = message;
    if (this.#onMessage === null) {
      this.#held.push(message);
      return;
    }
    this.#onMessage({
      parent_header: { msg_id: parent },
      content: { comm_id: this.comm_id, data },
      buffers: buffers.map((buffer) => new DataView(buffer)),
    });
  }

  closed(): void {
    this.#onClose({ content: { comm_id: this.comm_id, data: {} } });
  }

  #send(
    type: Sent['type'],
    data: unknown,
    callbacks: ICallbacks | undefined,
    metadata: unknown,
    buffers: Buffers = [],
  ): string {
    const message = newId();
    if (callbacks) this.pending.add(message, callbacks);
    this.post({
      type,
      id: this.comm_id,
      message,
      target: this.target_name,
      // As JSON it will travel on; some of it may not be fit for anything else.
      data: JSON.parse(JSON.stringify(data ?? {})) as State,
      metadata: JSON.parse(JSON.stringify(metadata ?? {})) as State,
      buffers: buffers.map(bytesOf),
    });
    return message;
  }
}

function bytesOf(buffer: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (buffer instanceof ArrayBuffer) return buffer;
  const { buffer: whole, byteOffset, byteLength } = buffer;
  return new Uint8Array(whole, byteOffset, byteLength).slice().buffer;
}

/** `crypto.randomUUID` is for secure contexts only, which this may not be. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
