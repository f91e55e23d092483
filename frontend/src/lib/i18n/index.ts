export { counted, language, LANGUAGES, rememberedChoice, speak, t } from './language.svelte';
export type { Catalogue, Language, LanguageChoice, MessageKey } from './language.svelte';
