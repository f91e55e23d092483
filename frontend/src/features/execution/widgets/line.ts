import type { State } from './protocol';
import { packed, SUBPROTOCOL, unpacked, type KernelMessage } from './wire';

const PROTOCOL_VERSION = '5.4';

/** What is said to a comm. */
export interface Saying {
  type: string;
  message: string;
  content: State;
  metadata: State;
  buffers: ArrayBuffer[];
}

/** A line to a kernel that carries what comms say. */
export class Line {
  readonly #session = String(Math.random()).slice(2);
  #socket: WebSocket | null = null;

  constructor(
    private readonly address: string,
    private readonly hear: (message: KernelMessage) => void,
    private readonly broke: () => void,
  ) {}

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Resolves once it carries; rejects where it cannot be had. */
  open(): Promise<void> {
    this.close();
    const socket = new WebSocket(this.address, SUBPROTOCOL);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      let hasOpened = false;
      socket.onopen = () => {
        hasOpened = true;
        resolve();
      };
      socket.onmessage = ({ data }) => {
        if (this.#socket === socket && data instanceof ArrayBuffer) this.hear(unpacked(data));
      };
      socket.onclose = () => {
        if (!hasOpened) reject(new Error('The kernel cannot be reached.'));
        else if (this.#socket === socket) this.broke();
      };
    });
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  send({ type, message, content, metadata, buffers }: Saying): void {
    const header = {
      msg_id: message,
      msg_type: type,
      session: this.#session,
      username: '',
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const rest = { parent_header: {}, metadata, content, buffers };
    this.#socket?.send(packed({ channel: 'shell', header, ...rest }));
  }
}
