import { en } from './en';

export type MessageKey = keyof typeof en;
/** A language's sentences; one that is missing does not compile. */
export type Catalogue = Readonly<Record<MessageKey, string>>;
export const LANGUAGES = ['en', 'tr'] as const;
export type Language = (typeof LANGUAGES)[number];
/** What people choose: a language, or that of their browser. */
export type LanguageChoice = Language | 'system';

/** Where the choice is kept, so that the next page begins in the right language. */
const STORED = 'dost.language';

/** English is part of the page; the others come when they are wanted. */
const CATALOGUES: Record<Language, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(en),
  tr: async () => (await import('./tr')).tr,
};

let spoken = $state.raw<{ language: Language; catalogue: Catalogue }>({
  language: 'en',
  catalogue: en,
});
let wanted: Language = 'en';

/** The language that the page speaks now. */
export function language(): Language {
  return spoken.language;
}

/** Speaks `choice` from now on, once its sentences are here; what is shown changes with it. */
export async function speak(choice: LanguageChoice): Promise<void> {
  const next = choice === 'system' ? browserLanguage(navigator.languages) : choice;
  wanted = next;
  localStorage.setItem(STORED, choice);
  const catalogue = await CATALOGUES[next]();
  if (wanted === next) spoken = { language: next, catalogue };
}

/** What was chosen last on this browser. */
export function rememberedChoice(): LanguageChoice {
  const stored = localStorage.getItem(STORED);
  return LANGUAGES.find((each) => each === stored) ?? 'system';
}

/** The first of a browser's languages that the page has; English where it has none of them. */
export function browserLanguage(preferred: readonly string[]): Language {
  const known = preferred.map((tag) => LANGUAGES.find((each) => each === tag.split('-')[0]));
  return known.find((each) => each !== undefined) ?? 'en';
}

/** The sentence for `key`, with `{name}` filled from `values`; numbers as the language writes them. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  return spoken.catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole;
    return typeof value === 'number' ? new Intl.NumberFormat(spoken.language).format(value) : value;
  });
}

type CountedKey = { [K in MessageKey]: `${K}.one` extends MessageKey ? K : never }[MessageKey];

/** The sentence for `count` things: `{key}.one` where the language says it as it says one. */
export function counted(key: CountedKey, count: number): string {
  const form = new Intl.PluralRules(spoken.language).select(count);
  return t(form === 'one' ? `${key}.one` : key, { count });
}
