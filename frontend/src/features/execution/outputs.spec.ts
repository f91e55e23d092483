import { describe, expect, it } from 'vitest';
import {
  folded,
  foreignIn,
  isRich,
  lackOf,
  readOutput,
  readOutputs,
  richest,
  settled,
  textBeside,
  viewIn,
  WIDGET_VIEW,
  type Output,
} from './outputs';

const event = (name: string, data: unknown) => ({
  event: name,
  data: JSON.stringify(data),
  id: '',
});
const stream = (text: string, name = 'stdout') => ({ output_type: 'stream', name, text });
const picture = (png: string) => ({
  output_type: 'display_data',
  data: { 'image/png': png },
  metadata: {},
});
const after = (...events: [string, unknown][]) =>
  events.reduce<readonly Output[]>(
    (outputs, [name, data]) => folded(outputs, event(name, data)),
    [],
  );

describe('folded', () => {
  it('puts text behind text of the same stream', () => {
    const outputs = after(
      ['output', stream('a')],
      ['output', stream('b')],
      ['output', stream('c', 'stderr')],
    );
    expect(outputs).toEqual([stream('ab'), stream('c', 'stderr')]);
  });

  it('replaces what is updated, and nothing else', () => {
    const outputs = after(
      ['output', picture('one')],
      ['output', picture('two')],
      ['update', { index: 1, data: { 'image/png': 'three' }, metadata: {} }],
    );
    expect(outputs).toEqual([picture('one'), picture('three')]);
  });

  it('begins anew when all is cleared, and with what there was before', () => {
    expect(after(['output', stream('a')], ['clear', {}])).toEqual([]);
    expect(after(['output', stream('a')], ['execution', { outputs: [stream('b')] }])).toEqual([
      stream('b'),
    ]);
  });

  it('passes over what shows nothing', () => {
    const before = after(['output', stream('a')]);
    expect(folded(before, event('running', { execution_count: 1 }))).toBe(before);
  });
});

describe('readOutput', () => {
  it('joins the lines of a notebook', () => {
    expect(readOutput({ output_type: 'stream', name: 'stdout', text: ['a\n', 'b'] })).toEqual(
      stream('a\nb'),
    );
  });

  it.each([null, 5, [], {}, { output_type: 'film' }])('makes nothing of %j', (raw) => {
    expect(readOutput(raw)).toBeNull();
    expect(readOutputs([raw])).toEqual([]);
  });

  it('reads broken ones as far as they go', () => {
    expect(readOutput({ output_type: 'error', traceback: 5 })).toEqual({
      output_type: 'error',
      ename: '',
      evalue: '',
      traceback: [],
    });
    expect(readOutput({ output_type: 'display_data', data: 'x' })).toEqual({
      output_type: 'display_data',
      data: {},
      metadata: {},
    });
  });
});

describe('richest', () => {
  it('prefers pictures to pages to text', () => {
    expect(richest({ 'text/plain': 'a', 'text/html': '<b>', 'image/png': 'x' })).toBe('image/png');
    expect(richest({ 'text/plain': 'a', 'text/html': '<b>' })).toBe('text/html');
    expect(richest({ 'application/x-unknown': {} })).toBeNull();
  });

  it('prefers a widget to all else, where it can be shown', () => {
    const data = { 'text/plain': 'IntSlider()', [WIDGET_VIEW]: { model_id: 'm1' } };
    expect(richest(data, true)).toBe(WIDGET_VIEW);
    expect(richest(data)).toBe('text/plain');
  });

  it.each([
    '<div id="chart"></div><script>draw("chart")</script>',
    '<iframe srcdoc="a"></iframe>',
    '<div><svg><text>a</text></svg></div>',
  ])('passes over HTML of which nothing is left: %s', (html) => {
    expect(richest({ 'text/html': html, 'text/markdown': 'a' })).toBe('text/markdown');
    expect(richest({ 'text/html': html })).toBeNull();
  });

  it.each([
    '<table><tr><td>1</td></tr></table><script>sort()</script>',
    '<img src="data:image/png;base64,AA=="><script>zoom()</script>',
    '<style>td { color: red }</style>',
  ])('keeps HTML that shows something, or was never to: %s', (html) => {
    expect(richest({ 'text/html': html, 'text/plain': 'a' })).toBe('text/html');
  });
});

const PLOTLY = 'application/vnd.plotly.v1+json';
const VEGA_LITE = 'application/vnd.vegalite.v5+json';
const SCRIPT = '<div></div><script>draw()</script>';

describe('lackOf', () => {
  it.each([
    [{ [PLOTLY]: {}, 'text/html': SCRIPT, 'text/plain': 'Figure({})' }, 'plotly'],
    [{ [VEGA_LITE]: {}, 'text/plain': 'a chart' }, 'vega'],
    [{ 'application/vnd.vega.v5+json': {} }, 'vega'],
    [{ 'text/html': SCRIPT, 'text/plain': 'alt.Chart(...)' }, 'scripts'],
    [{ 'application/javascript': 'draw()', 'text/plain': '<Javascript object>' }, 'scripts'],
    [{ 'application/x-unknown': {} }, 'unknown'],
    [{ [PLOTLY]: {}, 'image/png': 'x' }, null],
    [{ [VEGA_LITE]: {}, 'text/html': '<b>a chart</b>' }, null],
    [{ 'application/x-unknown': {}, 'text/plain': 'it' }, null],
  ] as const)('of %j it says %j', (data, lack) => expect(lackOf(data, richest(data))).toBe(lack));
});

describe('textBeside', () => {
  it.each([
    [{ 'text/plain': '42' }, '42'],
    [{ 'text/plain': '<generator object>' }, '<generator object>'],
    [{ 'text/html': SCRIPT, 'text/plain': 'alt.Chart(...)' }, 'alt.Chart(...)'],
    [{ 'text/html': SCRIPT, 'text/plain': '<IPython.core.display.HTML object>' }, ''],
    [{ [PLOTLY]: {}, 'text/plain': "Figure({\n  'data': []\n})" }, ''],
  ])('of %j is %j', (data, text) =>
    expect(textBeside(data, lackOf(data, richest(data)))).toBe(text),
  );
});

it('leaves to others what it has no kind for, and nothing else', () => {
  const data = { [VEGA_LITE]: { mark: 'bar' }, 'text/html': 'a', [WIDGET_VIEW]: {} };
  expect(foreignIn(data)).toEqual({ [VEGA_LITE]: { mark: 'bar' } });
});

it.each([
  [{ output_type: 'stream', name: 'stdout', text: 'hi' }, false],
  [{ output_type: 'error', ename: 'E', evalue: '', traceback: [] }, false],
  [{ output_type: 'execute_result', data: { 'text/plain': '42' }, metadata: {} }, false],
  [{ output_type: 'execute_result', data: {}, metadata: {} }, false],
  [{ output_type: 'execute_result', data: { 'text/html': '<b>' }, metadata: {} }, true],
  [{ output_type: 'display_data', data: { 'image/png': '' }, metadata: {} }, true],
  [{ output_type: 'display_data', data: { [WIDGET_VIEW]: {} }, metadata: {} }, true],
  [{ output_type: 'display_data', data: { [PLOTLY]: {}, 'text/plain': '' }, metadata: {} }, true],
] as const)('of %j it is said whether it is more than text: %s', (output, rich) =>
  expect(isRich(output)).toBe(rich),
);

describe('viewIn', () => {
  it.each([
    [{ model_id: 'm1', version_major: 2 }, 'm1'],
    [{ model_id: 5 }, null],
    ['m1', null],
    [undefined, null],
  ])('finds in %j the model %j', (view, id) => {
    const data = { [WIDGET_VIEW]: view };
    expect(viewIn({ output_type: 'display_data', data, metadata: {} })).toBe(id);
  });
});

describe('settled', () => {
  it.each([
    ['plain\ntext', 'plain\ntext'],
    ['10%\r20%', '20%'],
    ['100 of 100\rdone', 'doneof 100'],
    ['a\rb\nc\rd', 'b\nd'],
    ['a\r\nb', 'a\nb'],
    ['|\b/\b-', '-'],
    ['almost\r', 'almost'],
    ['\r## 50%\r### 75%', '### 75%'],
  ])('%j shows %j', (text, shown) => expect(settled(text)).toBe(shown));
});
