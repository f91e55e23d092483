/** Draws Mermaid diagrams; the library is fetched when the first one comes into view. */

import type { Mermaid } from 'mermaid';
import { diagramReachesOut } from './outside';
import type { Palette } from './palette';
import { sanitiseDrawing } from './sanitise';

/** Longer sources, in characters, are shown as code: laying them out would stop the page. */
const LONGEST = 20_000;

/** What came of drawing: nodes, or why there are none. */
export type Drawing = DocumentFragment | 'invalid' | 'refused' | 'failed';

let loading: Promise<Mermaid> | undefined;
let queue: Promise<unknown> = Promise.resolve();
let palette = '';
let drawn = 0;

/** The diagram that `source` describes, in the colours of a theme. One is drawn at a time. */
export function draw(source: string, colours: Palette): Promise<Drawing> {
  if (source.length > LONGEST || diagramReachesOut(source)) return Promise.resolve('refused');
  const drawing = queue.then(rest).then(() => drawNow(source, colours));
  queue = drawing;
  return drawing;
}

async function drawNow(source: string, colours: Palette): Promise<Drawing> {
  let engine: Mermaid;
  try {
    loading ??= import('mermaid').then((module) => module.default);
    engine = await loading;
  } catch {
    loading = undefined;
    return 'failed';
  }
  useColours(engine, colours);
  drawn += 1;
  try {
    const { svg } = await engine.render(`dost-diagram-${drawn}`, source);
    return sanitiseDrawing(svg);
  } catch {
    return 'invalid';
  }
}

/** Lets what waits for the main thread pass first: one diagram may take a tenth of a second. */
function rest(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 500 });
    else setTimeout(resolve, 50);
  });
}

function useColours(engine: Mermaid, colours: Palette): void {
  const key = JSON.stringify(colours);
  if (key === palette) return;
  palette = key;
  const { background, text, muted, line, fill, accent, soft, font, isDark, areas } = colours;
  engine.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    // A diagram's own settings may not change these.
    secure: [
      'secure',
      'securityLevel',
      'startOnLoad',
      'maxTextSize',
      'maxEdges',
      'suppressErrorRendering',
      'themeCSS',
      'fontFamily',
      'altFontFamily',
      'dompurifyConfig',
      'htmlLabels',
      'arrowMarkerAbsolute',
    ],
    suppressErrorRendering: true,
    maxTextSize: LONGEST,
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    fontFamily: font,
    theme: 'base',
    themeVariables: {
      darkMode: isDark,
      fontFamily: font,
      fontSize: '14px',
      background,
      primaryColor: fill,
      primaryTextColor: text,
      primaryBorderColor: line,
      secondaryColor: soft,
      secondaryTextColor: text,
      secondaryBorderColor: accent,
      tertiaryColor: background,
      tertiaryTextColor: text,
      tertiaryBorderColor: line,
      lineColor: muted,
      textColor: text,
      titleColor: text,
      edgeLabelBackground: background,
      noteBkgColor: soft,
      noteTextColor: text,
      noteBorderColor: accent,
      pieStrokeColor: background,
      pieOuterStrokeColor: line,
      pieOpacity: '1',
      pieSectionTextColor: text,
      pieLegendTextColor: text,
      pieTitleTextColor: text,
      ...areaColours(areas, text),
    },
  });
}

/** Mermaid's names for the colours of slices, and of branches and sections. */
function areaColours(areas: string[], text: string): Record<string, string> {
  const numbered = Array.from({ length: 12 }, (_, index) => {
    const colour = areas[index % areas.length] ?? text;
    return [
      [`pie${index + 1}`, colour],
      [`cScale${index}`, colour],
      [`cScaleLabel${index}`, text],
    ];
  });
  return Object.fromEntries(numbered.flat()) as Record<string, string>;
}
