import { beforeEach, describe, expect, it } from 'vitest';
import { keepFor, writeOwn } from '$lib/own-storage';
import { Queue } from './queue.svelte';
import { written } from './written';

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  keepFor('ada');
});

const makeQueue = (id = 'c') => {
  const queue = new Queue();
  queue.name(id);
  return queue;
};
const texts = ({ items }: Queue) => items.map(({ text }) => text);

describe('queued messages', () => {
  it('outlive a reload, each chat its own', () => {
    makeQueue().add(written('later'));
    expect(texts(makeQueue())).toEqual(['later']);
    expect(makeQueue().next?.text).toBe('later');
    expect(texts(makeQueue('d'))).toEqual([]);
  });

  it('keep what they are to be answered from', () => {
    const sources = [{ kind: 'collection', id: 'k', name: 'Reports', use: 'auto' }] as const;
    makeQueue().add({ ...written('later'), sources });
    expect(makeQueue().next?.sources).toEqual(sources);
  });

  it('keep whether the web is searched for them', () => {
    makeQueue().add({ ...written('later'), web: true });
    expect(makeQueue().next?.web).toBe(true);
  });

  it('are kept once a new chat has a name', () => {
    const queue = new Queue();
    queue.add(written('later'));
    queue.name('c');
    expect(texts(makeQueue())).toEqual(['later']);
  });

  it('go in the order in which they were written', () => {
    const queue = makeQueue();
    queue.add(written('one'));
    queue.add(written('two'));
    expect(queue.take(queue.next?.id ?? '')?.text).toBe('one');
    expect(texts(queue)).toEqual(['two']);
  });

  it('go once, whichever tab is quicker', () => {
    const queue = makeQueue();
    queue.add(written('one'));
    const id = queue.next?.id ?? '';
    const other = makeQueue();
    expect(other.take(id)?.text).toBe('one');
    expect(queue.take(id)).toBeUndefined();
  });

  it('go by themselves only in the tab that wrote them', () => {
    makeQueue().add(written('one'));
    sessionStorage.clear();
    const other = makeQueue();
    expect(texts(other)).toEqual(['one']);
    expect(other.next).toBeUndefined();
  });

  it('wait while one is rewritten, and after one could not be sent', () => {
    const queue = makeQueue();
    queue.add(written('one'));
    const id = queue.next?.id ?? '';
    queue.editing = id;
    expect(queue.next).toBeUndefined();
    queue.editing = null;
    queue.change(id, 'two');
    const taken = queue.take(id);
    expect(taken?.text).toBe('two');
    if (taken) queue.putBack(taken);
    expect(queue.next).toBeUndefined();
    expect(texts(makeQueue())).toEqual(['two']);
  });

  it('does not trip over what somebody else left in its place', () => {
    writeOwn('queue.c', '[{"id": 1}, null, "x"]');
    expect(texts(makeQueue())).toEqual([]);
    writeOwn('queue.c', 'no JSON');
    expect(texts(makeQueue())).toEqual([]);
  });
});
