export {
  counted,
  language,
  LANGUAGES,
  problemText,
  rememberedChoice,
  speak,
  t,
} from './language.svelte';
export type { Catalogue, Language, LanguageChoice, MessageKey } from './language.svelte';
