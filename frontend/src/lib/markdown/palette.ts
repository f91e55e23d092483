/** The page's colours as a diagram needs them: computed, because Mermaid cannot read variables. */

const VARIABLES = {
  background: '--dost-code-background',
  text: '--text',
  muted: '--text-muted',
  line: '--line-strong',
  fill: '--bg-hover',
  accent: '--accent',
  soft: '--accent-soft',
} as const;

/** Told apart from each other: slices, branches, sections. */
const HUES = ['accent', 'code-title', 'code-number', 'code-keyword', 'code-string', 'code-type'];

/** How much of its hue an area has; words on it must stay readable. */
const TINT = 0.32;

export type Palette = Record<keyof typeof VARIABLES | 'font', string> & {
  isDark: boolean;
  areas: string[];
};

/** The colours that hold where `element` is. */
export function paletteAt(element: Element): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const style = getComputedStyle(probe);
  const colour = (variable: string): string => {
    probe.style.color = `var(${variable})`;
    return hex(style.color);
  };
  const colours = Object.fromEntries(
    Object.entries(VARIABLES).map(([name, variable]) => [name, colour(variable)]),
  ) as Record<keyof typeof VARIABLES, string>;
  const areas = HUES.map((hue) => colour(hue === 'accent' ? '--accent' : `--dost-${hue}`));
  const { fontFamily } = style;
  probe.remove();
  const tinted = areas.map((area) => mix(area, colours.background, TINT));
  return {
    ...colours,
    areas: tinted,
    font: fontFamily,
    isDark: lightness(colours.background) < 0.5,
  };
}

/** A computed colour as `#rrggbb`; what a theme mixes in other spaces is computed as `color(srgb …)`. */
export function hex(computed: string): string {
  const isMixed = computed.startsWith('color(srgb');
  const parts = computed.match(/[\d.]+(?:e-?\d+)?/g)?.slice(0, 3) ?? [];
  const bytes = parts.map((part) => Math.round(Number(part) * (isMixed ? 255 : 1)));
  if (bytes.length < 3 || bytes.some((byte) => !(byte >= 0 && byte <= 255))) return '#808080';
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** `share` of one `#rrggbb` in another. */
export function mix(colour: string, ground: string, share: number): string {
  const [over, under] = [bytesOf(colour), bytesOf(ground)];
  const mixed = over.map((byte, at) => byte * share + (under[at] ?? 0) * (1 - share));
  return hex(`rgb(${mixed.join(' ')})`);
}

function bytesOf(colour: string): number[] {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

function lightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = bytesOf(colour);
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

/** Calls `listener` when the theme around `element` may have changed; the result ends that. */
export function onThemeChange(element: Element, listener: () => void): () => void {
  const root = element.getRootNode();
  const observer = new MutationObserver(listener);
  const options = { attributeFilter: ['data-theme', 'style', 'data-jp-theme-name'] };
  observer.observe(document.documentElement, options);
  observer.observe(document.body, options);
  if (root instanceof ShadowRoot) observer.observe(root.host, options);
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', listener);
  };
}
