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

interface Words {
  catalogue: Catalogue;
  /** The server's problems by their codes. It says them in English itself. */
  problems: Readonly<Record<string, string>>;
}

const ENGLISH: Words = { catalogue: en, problems: {} };
/** English is part of the page; the others come when they are wanted. */
const WORDS: Record<Language, () => Promise<Words>> = {
  en: () => Promise.resolve(ENGLISH),
  tr: async () => {
    const [{ tr }, { problems }] = await Promise.all([import('./tr'), import('./tr-problems')]);
    return { catalogue: tr, problems };
  },
};

let spoken = $state.raw<Words & { language: Language }>({ language: 'en', ...ENGLISH });
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
  const words = await WORDS[next]();
  if (wanted === next) spoken = { language: next, ...words };
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
  return filled(spoken.catalogue[key], values);
}

/** A problem of the server's in the page's language; as the server says it where it has no words. */
export function problemText(code: string, detail: string): string {
  return filled(spoken.problems[code] ?? '{detail}', { detail });
}

function filled(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole;
    return typeof value === 'number' ? new Intl.NumberFormat(spoken.language).format(value) : value;
  });
}

type CountedKey = { [K in MessageKey]: `${K}.one` extends MessageKey ? K : never }[MessageKey];

/** The sentence for `count` things: `{key}.one` where the language says it as it says one. */
export function counted(
  key: CountedKey,
  count: number,
  values: Record<string, string | number> = {},
): string {
  const form = new Intl.PluralRules(spoken.language).select(count);
  return t(form === 'one' ? `${key}.one` : key, { ...values, count });
}
