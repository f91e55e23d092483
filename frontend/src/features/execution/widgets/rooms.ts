import type { Api } from '$lib/api/api';
import { Room } from './room.svelte';

/** Who scrolls away may come back: so long a line is kept. */
const LINGER_MS = 5_000;

/** The kernels whose widgets are shown in this tab: one line each, however many show them. */
export class Rooms {
  readonly #kernels = new Map<string, Room>();
  readonly #executions = new Map<string, Promise<Room>>();
  readonly #users = new Map<Room, number>();
  /** How high what shows a model was, so that nothing jumps where it is shown again. */
  readonly heights = new Map<string, number>();

  constructor(private readonly api: Api) {}

  /** The room of an execution's widgets; whoever enters leaves it again. */
  async enter(execution: string): Promise<Room> {
    const known = this.#executions.get(execution);
    const opening = known ?? this.#open(execution);
    this.#executions.set(execution, opening);
    try {
      const room = await opening;
      this.#users.set(room, (this.#users.get(room) ?? 0) + 1);
      return room;
    } catch (error) {
      this.#executions.delete(execution);
      throw error;
    }
  }

  leave(room: Room): void {
    this.#users.set(room, (this.#users.get(room) ?? 1) - 1);
    setTimeout(() => this.#closeUnused(room), LINGER_MS);
  }

  #closeUnused(room: Room): void {
    if (this.#users.get(room) !== 0) return;
    this.#users.delete(room);
    room.close();
    if (room.kernel !== null && this.#kernels.get(room.kernel) === room)
      this.#kernels.delete(room.kernel);
    for (const [execution, opened] of this.#executions)
      void opened.then((its) => its === room && this.#executions.delete(execution));
  }

  async #open(execution: string): Promise<Room> {
    const snapshot = await this.api.code.widgets(execution);
    const room = this.#of(snapshot.kernel_id);
    await room.join(execution, snapshot);
    return room;
  }

  #of(kernel: string | null): Room {
    const known = kernel === null ? undefined : this.#kernels.get(kernel);
    if (known && known.reach !== 'gone') return known;
    const room = new Room(this.api, kernel);
    if (kernel !== null) this.#kernels.set(kernel, room);
    return room;
  }
}

const rooms = new WeakMap<Api, Rooms>();

/** The rooms of the page that speaks through `api`; nothing of them is loaded before a widget is. */
export function roomsOf(api: Api): Rooms {
  const known = rooms.get(api) ?? new Rooms(api);
  rooms.set(api, known);
  return known;
}
