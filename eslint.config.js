/** How the page and the panel are written; the packages are the page's. */
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './frontend/svelte.config.js';

export default ts.config(
  { ignores: ['frontend/src/lib/api/schema.ts', 'labextension/dost/', 'labextension/lib/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    rules: {
      // TypeScript knows the names; this rule does not.
      'no-undef': 'off',
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'svelte/no-at-html-tags': 'error',
      // State is marked where it is reactive; plain Maps and Dates beside it are meant.
      'svelte/prefer-svelte-reactivity': 'off',
      // Links go through our own router, which resolves them against the base URL.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  { files: ['**/*.svelte'], rules: { 'max-lines': ['error', { max: 250 }] } },
  { files: ['**/*.spec.ts'], rules: { 'max-lines-per-function': 'off' } },
);
