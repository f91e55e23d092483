/** The languages that code blocks are highlighted in; each grammar is loaded when first seen. */

import type { LanguageFn } from 'highlight.js';

type Grammar = () => Promise<{ default: LanguageFn }>;

export interface Language {
  /** The grammar's own name. */
  id: string;
  /** What people call it. */
  name: string;
  /** How files in it end, without the dot. */
  extension: string;
  load: Grammar;
}

type Row = readonly [name: string, extension: string, aliases: string, load: Grammar];

// prettier-ignore
const ROWS: Readonly<Record<string, Row>> = {
  bash: ['Bash', 'sh', 'sh shell zsh console shellsession', () => import('highlight.js/lib/languages/bash')],
  c: ['C', 'c', 'h', () => import('highlight.js/lib/languages/c')],
  cpp: ['C++', 'cpp', 'c++ cc cxx hpp cuda cu arduino', () => import('highlight.js/lib/languages/cpp')],
  csharp: ['C#', 'cs', 'cs c# dotnet', () => import('highlight.js/lib/languages/csharp')],
  css: ['CSS', 'css', '', () => import('highlight.js/lib/languages/css')],
  clojure: ['Clojure', 'clj', 'clj edn', () => import('highlight.js/lib/languages/clojure')],
  cmake: ['CMake', 'cmake', '', () => import('highlight.js/lib/languages/cmake')],
  coffeescript: ['CoffeeScript', 'coffee', 'coffee', () => import('highlight.js/lib/languages/coffeescript')],
  crystal: ['Crystal', 'cr', 'cr', () => import('highlight.js/lib/languages/crystal')],
  d: ['D', 'd', '', () => import('highlight.js/lib/languages/d')],
  dart: ['Dart', 'dart', '', () => import('highlight.js/lib/languages/dart')],
  diff: ['Diff', 'diff', 'patch', () => import('highlight.js/lib/languages/diff')],
  dockerfile: ['Dockerfile', 'dockerfile', 'docker containerfile', () => import('highlight.js/lib/languages/dockerfile')],
  elixir: ['Elixir', 'ex', 'ex exs', () => import('highlight.js/lib/languages/elixir')],
  elm: ['Elm', 'elm', '', () => import('highlight.js/lib/languages/elm')],
  erlang: ['Erlang', 'erl', 'erl', () => import('highlight.js/lib/languages/erlang')],
  fortran: ['Fortran', 'f90', 'f90 f95 f', () => import('highlight.js/lib/languages/fortran')],
  fsharp: ['F#', 'fs', 'fs f#', () => import('highlight.js/lib/languages/fsharp')],
  glsl: ['GLSL', 'glsl', '', () => import('highlight.js/lib/languages/glsl')],
  go: ['Go', 'go', 'golang', () => import('highlight.js/lib/languages/go')],
  gradle: ['Gradle', 'gradle', '', () => import('highlight.js/lib/languages/gradle')],
  graphql: ['GraphQL', 'graphql', 'gql', () => import('highlight.js/lib/languages/graphql')],
  groovy: ['Groovy', 'groovy', '', () => import('highlight.js/lib/languages/groovy')],
  haskell: ['Haskell', 'hs', 'hs', () => import('highlight.js/lib/languages/haskell')],
  http: ['HTTP', 'http', 'https', () => import('highlight.js/lib/languages/http')],
  ini: ['INI', 'ini', 'toml cfg conf properties', () => import('highlight.js/lib/languages/ini')],
  java: ['Java', 'java', 'jsp', () => import('highlight.js/lib/languages/java')],
  javascript: ['JavaScript', 'js', 'js jsx mjs cjs node', () => import('highlight.js/lib/languages/javascript')],
  json: ['JSON', 'json', 'json5 jsonc jsonl ipynb', () => import('highlight.js/lib/languages/json')],
  julia: ['Julia', 'jl', 'jl', () => import('highlight.js/lib/languages/julia')],
  kotlin: ['Kotlin', 'kt', 'kt kts', () => import('highlight.js/lib/languages/kotlin')],
  latex: ['LaTeX', 'tex', 'tex', () => import('highlight.js/lib/languages/latex')],
  less: ['Less', 'less', '', () => import('highlight.js/lib/languages/less')],
  lisp: ['Lisp', 'lisp', 'elisp emacs-lisp common-lisp', () => import('highlight.js/lib/languages/lisp')],
  lua: ['Lua', 'lua', '', () => import('highlight.js/lib/languages/lua')],
  makefile: ['Makefile', 'mk', 'make mk', () => import('highlight.js/lib/languages/makefile')],
  markdown: ['Markdown', 'md', 'md mkd', () => import('highlight.js/lib/languages/markdown')],
  matlab: ['MATLAB', 'm', 'octave', () => import('highlight.js/lib/languages/matlab')],
  nginx: ['nginx', 'conf', 'nginxconf', () => import('highlight.js/lib/languages/nginx')],
  nim: ['Nim', 'nim', '', () => import('highlight.js/lib/languages/nim')],
  nix: ['Nix', 'nix', '', () => import('highlight.js/lib/languages/nix')],
  objectivec: ['Objective-C', 'm', 'objc objective-c', () => import('highlight.js/lib/languages/objectivec')],
  ocaml: ['OCaml', 'ml', 'ml', () => import('highlight.js/lib/languages/ocaml')],
  perl: ['Perl', 'pl', 'pl pm', () => import('highlight.js/lib/languages/perl')],
  php: ['PHP', 'php', '', () => import('highlight.js/lib/languages/php')],
  plaintext: ['Text', 'txt', 'text txt plain output', () => import('highlight.js/lib/languages/plaintext')],
  powershell: ['PowerShell', 'ps1', 'ps ps1 pwsh', () => import('highlight.js/lib/languages/powershell')],
  prolog: ['Prolog', 'pl', '', () => import('highlight.js/lib/languages/prolog')],
  protobuf: ['Protocol Buffers', 'proto', 'proto', () => import('highlight.js/lib/languages/protobuf')],
  python: ['Python', 'py', 'py py3 ipython gyp starlark', () => import('highlight.js/lib/languages/python')],
  r: ['R', 'r', 'rscript', () => import('highlight.js/lib/languages/r')],
  ruby: ['Ruby', 'rb', 'rb', () => import('highlight.js/lib/languages/ruby')],
  rust: ['Rust', 'rs', 'rs', () => import('highlight.js/lib/languages/rust')],
  scala: ['Scala', 'scala', '', () => import('highlight.js/lib/languages/scala')],
  scheme: ['Scheme', 'scm', 'racket', () => import('highlight.js/lib/languages/scheme')],
  scss: ['SCSS', 'scss', 'sass', () => import('highlight.js/lib/languages/scss')],
  sql: ['SQL', 'sql', 'postgres postgresql psql mysql sqlite plpgsql', () => import('highlight.js/lib/languages/sql')],
  stan: ['Stan', 'stan', '', () => import('highlight.js/lib/languages/stan')],
  swift: ['Swift', 'swift', '', () => import('highlight.js/lib/languages/swift')],
  tcl: ['Tcl', 'tcl', '', () => import('highlight.js/lib/languages/tcl')],
  typescript: ['TypeScript', 'ts', 'ts tsx mts cts', () => import('highlight.js/lib/languages/typescript')],
  vbnet: ['Visual Basic', 'vb', 'vb', () => import('highlight.js/lib/languages/vbnet')],
  verilog: ['Verilog', 'v', 'v sv systemverilog', () => import('highlight.js/lib/languages/verilog')],
  vhdl: ['VHDL', 'vhd', '', () => import('highlight.js/lib/languages/vhdl')],
  vim: ['Vim script', 'vim', '', () => import('highlight.js/lib/languages/vim')],
  wasm: ['WebAssembly', 'wat', 'wat', () => import('highlight.js/lib/languages/wasm')],
  x86asm: ['Assembly', 'asm', 'asm nasm assembly', () => import('highlight.js/lib/languages/x86asm')],
  xml: ['HTML, XML', 'html', 'html xhtml svg rss xsl vue svelte astro', () => import('highlight.js/lib/languages/xml')],
  yaml: ['YAML', 'yaml', 'yml', () => import('highlight.js/lib/languages/yaml')],
};

/** Grammars that are used inside another one. */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  markdown: ['xml'],
  php: ['xml'],
  xml: ['css', 'javascript'],
};

const BY_NAME = new Map<string, Language>();
for (const [id, [name, extension, aliases, load]] of Object.entries(ROWS)) {
  const language = { id, name, extension, load };
  for (const alias of [id, ...aliases.split(' ')]) if (alias) BY_NAME.set(alias, language);
}

/** The language a fence calls `name`; undefined for one we do not know. */
export function languageOf(name: string): Language | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** The languages that must be loaded for `language`, itself first. */
export function grammarsOf(language: Language): Language[] {
  const inner = (WITHIN[language.id] ?? []).flatMap((id) => languageOf(id) ?? []);
  return [language, ...inner];
}

/** How many languages there are, aliases not counted. */
export const LANGUAGE_COUNT = Object.keys(ROWS).length;
