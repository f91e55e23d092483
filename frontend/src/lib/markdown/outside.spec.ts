import { describe, expect, it } from 'vitest';
import { diagramReachesOut, stylesReachOut } from './outside';

describe('styles that fetch something', () => {
  it.each([
    'fill: url(https://evil.example/x)',
    'fill: URL ("//evil.example")',
    'fill: \\75rl(//evil.example)',
    'fill: u\\rl(//evil.example)',
    '@import "//evil.example"',
    'background: image-set("//evil.example" 1x)',
    'fill: u/**/rl(//x)',
  ])('are found in %j', (css) => {
    expect(stylesReachOut(css)).toBe(true);
  });

  it.each(['fill: url(#arrow); stroke: red', "marker-end: url('#a')", '#a:hover { fill: #fff }'])(
    'are not found in %j',
    (css) => {
      expect(stylesReachOut(css)).toBe(false);
    },
  );
});

describe('a diagram that would fetch something', () => {
  it.each([
    'graph LR\nA@{ img: "https://evil.example/x.png" }',
    'graph LR\nA@{ "img": "/logout" }',
    'graph LR\nA@{ "\\x69mg": "/logout" }',
    'graph LR\nA@{ "\\u0069mg": "/logout" }',
    'graph LR\nA["<img src=//evil.example>"]',
    'graph LR\nA["#60;img src=//evil.example>"]',
    'graph LR\nA-->B\nstyle A fill:url(//evil.example)',
    'sequenceDiagram\nparticipant A\nproperties A: {"icon": "//evil.example"}',
    '%%{init: {"themeCSS": "@import url(//evil.example)"}}%%\ngraph LR\nA',
  ])('is found in %j', (source) => {
    expect(diagramReachesOut(source)).toBe(true);
  });

  it.each([
    'graph LR\nA["See https://example.org"] --> B["image of a cat"]',
    'graph LR\nA-->B\nstyle A fill:#ff0000,stroke:#333',
    'pie title Pets\n"Dogs" : 386',
    'sequenceDiagram\nA->>B: properties #35; of it',
    'graph LR\nA["one<br/>two"]',
  ])('is not found in %j', (source) => {
    expect(diagramReachesOut(source)).toBe(false);
  });
});
