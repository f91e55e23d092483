import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '$lib/api/api';
import { ApiError } from '$lib/api/errors';
import type { Message, Model, Settings, Tool, ToolCall } from '$lib/api/types';
import type { Preferences } from '../settings/preferences.svelte';
import { callVerbs } from './call-verbs';
import { choiceIn, withChoice } from './choice';
import { hintOf, leadOf, titleOf } from './titles';
import { Tools } from './tools.svelte';

const model = (id: string, tools: boolean, tools_known: boolean) =>
  ({ id, name: id, capabilities: { tools, tools_known } }) as Model;
const MODELS = [
  model('able', true, true),
  model('unable', false, true),
  model('odd', false, false),
];
const RUN_CODE = { id: 'run_code', name: 'run_code', available: true };

let saved: Settings['tools'];
let items: (typeof RUN_CODE)[];
let list: () => Promise<{ items: typeof items }>;
let tools: Tools;

beforeEach(() => {
  saved = { run_code: { enabled: true, approval: 'ask' } };
  items = [RUN_CODE];
  list = vi.fn(() => Promise.resolve({ items }));
  const preferences = {
    get values() {
      return { tools: saved };
    },
    change: (changes: Pick<Settings, 'tools'>) => Promise.resolve((saved = changes.tools)),
  };
  tools = new Tools(
    { tools: { list: () => list() } } as unknown as Api,
    preferences as unknown as Preferences,
    (id) => MODELS.find((one) => one.id === id),
  );
});

describe('what the user chooses', () => {
  it('is off until they say otherwise', () => {
    expect(choiceIn({}, 'run_code')).toBe('off');
    expect(choiceIn({ run_code: { enabled: false, approval: 'never' } }, 'run_code')).toBe('off');
  });

  it.each(['off', 'ask', 'never'] as const)('is kept: %s', (choice) => {
    const others = { other: { enabled: true, approval: 'ask' as const } };
    const kept = withChoice(others, 'run_code', choice);
    expect(choiceIn(kept, 'run_code')).toBe(choice);
    expect(choiceIn(kept, 'other')).toBe('ask');
  });
});

describe('the tools of a turn', () => {
  it('are those that are on', async () => {
    expect(await tools.given(['able'])).toEqual(['run_code']);
    expect(await tools.given([])).toEqual(['run_code']);
    await tools.choose('run_code', 'off');
    expect(tools.choice('run_code')).toBe('off');
  });

  it('are none, and nobody is asked, where none is on', async () => {
    saved = {};
    expect(await tools.given(['able'])).toEqual([]);
    expect(list).not.toHaveBeenCalled();
  });

  it('are none where it is known that no model of it uses them', async () => {
    expect(await tools.given(['unable'])).toEqual([]);
    expect(await tools.given(['unable', 'able'])).toEqual(['run_code']);
    expect(await tools.given(['odd'])).toEqual(['run_code']);
    expect(tools.unable(['able', 'unable', 'odd']).map(({ id }) => id)).toEqual(['unable']);
  });

  it('are only those that can be used here', async () => {
    items = [{ ...RUN_CODE, available: false }];
    expect(await tools.given(['able'])).toEqual([]);
  });

  it('are none where it is not known which there are', async () => {
    list = () => Promise.reject(new Error('away'));
    expect(await tools.given(['able'])).toEqual([]);
    expect(tools.failed).toBe(true);
  });
});

describe('what a turn is sent with', () => {
  const WEB_SEARCH = { ...RUN_CODE, id: 'web_search', name: 'web_search' };

  it('are its tools, and that the web is searched where somebody wants that', async () => {
    items = [RUN_CODE, WEB_SEARCH];
    expect(await tools.equip(['able'], true)).toEqual({ tools: ['run_code'], web_search: true });
    expect(await tools.equip(['able'], false)).toEqual({ tools: ['run_code'] });
    expect(await tools.equip(['unable'], true)).toEqual({ web_search: true });
  });

  it('is nothing of a web that cannot be searched', async () => {
    expect(await tools.equip(['unable'], true)).toEqual({});
    items = [{ ...WEB_SEARCH, available: false }];
    expect(await tools.equip(['unable'], true)).toEqual({});
    expect(tools.webSearch?.available).toBe(false);
    items = [WEB_SEARCH];
    expect(await tools.equip(['unable'], true)).toEqual({ web_search: true });
  });
});

describe('what is said of a tool', () => {
  it('is its own name where the page does not know it', () => {
    const weather = { name: 'weather', description: 'It tells the weather.' } as Tool;
    expect([titleOf('web_search'), titleOf('weather')]).toEqual(['Search the web', 'weather']);
    expect(leadOf(weather)).toBe('It tells the weather.');
    expect(hintOf('weather', 'never')).toBe('It is used without asking you.');
    expect(hintOf('web_fetch', 'off')).toBe('Models are not given it.');
  });
});

describe('the decision about a call', () => {
  const message = {} as Message;
  const call = { id: 'a', name: 'run_code' } as ToolCall;
  const refused = (status: number) =>
    new ApiError({ type: '', title: '', status, detail: 'No.', code: '' });

  function decider(approve = vi.fn(() => Promise.resolve())) {
    const heard = { report: vi.fn(), allowedAll: vi.fn() };
    return { approve, heard, verbs: callVerbs(tools, approve, heard.report, heard.allowedAll) };
  }

  it('is told to the run', async () => {
    const { approve, verbs } = decider();
    expect(await verbs.decide(message, call, 'allow')).toBe(true);
    expect(await verbs.decide(message, call, 'decline')).toBe(true);
    expect(approve.mock.calls).toEqual([
      [message, 'a', true],
      [message, 'a', false],
    ]);
    expect(tools.choice('run_code')).toBe('ask');
  });

  it('may hold from now on', async () => {
    const { approve, heard, verbs } = decider();
    expect(await verbs.decide(message, call, 'allow-all')).toBe(true);
    expect(approve).toHaveBeenCalledExactlyOnceWith(message, 'a', true);
    expect(tools.choice('run_code')).toBe('never');
    expect(heard.allowedAll).toHaveBeenCalledExactlyOnceWith('run_code');
  });

  it.each([404, 409])('was made elsewhere where the answer is %s', async (status) => {
    const { heard, verbs } = decider(vi.fn(() => Promise.reject(refused(status))));
    expect(await verbs.decide(message, call, 'allow')).toBe(true);
    expect(heard.report).not.toHaveBeenCalled();
  });

  it('can be made again where it did not arrive', async () => {
    const { heard, verbs } = decider(vi.fn(() => Promise.reject(refused(500))));
    expect(await verbs.decide(message, call, 'allow')).toBe(false);
    expect(heard.report).toHaveBeenCalledOnce();
  });
});
