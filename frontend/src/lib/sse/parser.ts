/** One frame of a `text/event-stream`. */
export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/** Turns text as it arrives, cut anywhere, into whole events. Comment lines are dropped. */
export class EventParser {
  #rest = '';
  #id = '';
  #event = '';
  #data: string[] = [];

  push(text: string): ServerEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): ServerEvent[] {
    if (line === '') return this.#flush();
    const colon = line.indexOf(':');
    if (colon === 0) return [];
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') this.#id = value;
    else if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    return [];
  }

  #flush(): ServerEvent[] {
    const data = this.#data;
    const event = { id: this.#id, event: this.#event || 'message', data: data.join('\n') };
    this.#event = '';
    this.#data = [];
    return data.length ? [event] : [];
  }
}
