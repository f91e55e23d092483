import { describe, expect, it } from 'vitest';
import { EventParser } from './parser';

const FRAMES = 'id: 1\nevent: run\ndata: {"a":1}\n\n: ping\n\nid: 2\nevent: delta\ndata: x\n\n';

describe('EventParser', () => {
  it('reads whole frames and drops comments', () => {
    expect(new EventParser().push(FRAMES)).toEqual([
      { id: '1', event: 'run', data: '{"a":1}' },
      { id: '2', event: 'delta', data: 'x' },
    ]);
  });

  it('gives the same events wherever the text is cut', () => {
    const whole = new EventParser().push(FRAMES);
    for (let cut = 1; cut < FRAMES.length; cut += 1) {
      const parser = new EventParser();
      expect([...parser.push(FRAMES.slice(0, cut)), ...parser.push(FRAMES.slice(cut))]).toEqual(
        whole,
      );
    }
  });

  it('joins data lines and keeps one leading space only', () => {
    expect(new EventParser().push('data:  a\ndata:b\n\n')).toEqual([
      { id: '', event: 'message', data: ' a\nb' },
    ]);
  });

  it('takes CRLF even when it is cut in two', () => {
    const parser = new EventParser();
    expect([...parser.push('data: a\r\n\r'), ...parser.push('\n')]).toEqual([
      { id: '', event: 'message', data: 'a' },
    ]);
  });

  it('keeps an unfinished frame to itself', () => {
    expect(new EventParser().push('data: a\n')).toEqual([]);
  });
});
