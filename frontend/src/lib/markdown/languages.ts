/** The languages that code blocks may be written in, as people and fences call them. */

export interface Language {
  /** The grammar's own name. */
  id: string;
  /** What people call it. */
  name: string;
  /** How files in it end, without the dot. */
  extension: string;
}

type Row = readonly [name: string, extension: string, aliases: string];

// prettier-ignore
const ROWS: Readonly<Record<string, Row>> = {
  bash: ['Bash', 'sh', 'sh shell zsh console shellsession'],
  c: ['C', 'c', 'h'],
  cpp: ['C++', 'cpp', 'c++ cc cxx hpp cuda cu arduino'],
  csharp: ['C#', 'cs', 'cs c# dotnet'],
  css: ['CSS', 'css', ''],
  clojure: ['Clojure', 'clj', 'clj edn'],
  cmake: ['CMake', 'cmake', ''],
  coffeescript: ['CoffeeScript', 'coffee', 'coffee'],
  crystal: ['Crystal', 'cr', 'cr'],
  d: ['D', 'd', ''],
  dart: ['Dart', 'dart', ''],
  diff: ['Diff', 'diff', 'patch'],
  dockerfile: ['Dockerfile', 'dockerfile', 'docker containerfile'],
  elixir: ['Elixir', 'ex', 'ex exs'],
  elm: ['Elm', 'elm', ''],
  erlang: ['Erlang', 'erl', 'erl'],
  fortran: ['Fortran', 'f90', 'f90 f95 f'],
  fsharp: ['F#', 'fs', 'fs f#'],
  glsl: ['GLSL', 'glsl', ''],
  go: ['Go', 'go', 'golang'],
  gradle: ['Gradle', 'gradle', ''],
  graphql: ['GraphQL', 'graphql', 'gql'],
  groovy: ['Groovy', 'groovy', ''],
  haskell: ['Haskell', 'hs', 'hs'],
  http: ['HTTP', 'http', 'https'],
  ini: ['INI', 'ini', 'toml cfg conf properties'],
  java: ['Java', 'java', 'jsp'],
  javascript: ['JavaScript', 'js', 'js jsx mjs cjs node'],
  json: ['JSON', 'json', 'json5 jsonc jsonl ipynb'],
  julia: ['Julia', 'jl', 'jl'],
  kotlin: ['Kotlin', 'kt', 'kt kts'],
  latex: ['LaTeX', 'tex', 'tex'],
  less: ['Less', 'less', ''],
  lisp: ['Lisp', 'lisp', 'elisp emacs-lisp common-lisp'],
  lua: ['Lua', 'lua', ''],
  makefile: ['Makefile', 'mk', 'make mk'],
  markdown: ['Markdown', 'md', 'md mkd'],
  matlab: ['MATLAB', 'm', 'octave'],
  nginx: ['nginx', 'conf', 'nginxconf'],
  nim: ['Nim', 'nim', ''],
  nix: ['Nix', 'nix', ''],
  objectivec: ['Objective-C', 'm', 'objc objective-c'],
  ocaml: ['OCaml', 'ml', 'ml'],
  perl: ['Perl', 'pl', 'pl pm'],
  php: ['PHP', 'php', ''],
  plaintext: ['Text', 'txt', 'text txt plain output'],
  powershell: ['PowerShell', 'ps1', 'ps ps1 pwsh'],
  prolog: ['Prolog', 'pl', ''],
  protobuf: ['Protocol Buffers', 'proto', 'proto'],
  python: ['Python', 'py', 'py py3 ipython gyp starlark'],
  r: ['R', 'r', 'rscript'],
  ruby: ['Ruby', 'rb', 'rb'],
  rust: ['Rust', 'rs', 'rs'],
  scala: ['Scala', 'scala', ''],
  scheme: ['Scheme', 'scm', 'racket'],
  scss: ['SCSS', 'scss', 'sass'],
  sql: ['SQL', 'sql', 'postgres postgresql psql mysql sqlite plpgsql'],
  stan: ['Stan', 'stan', ''],
  swift: ['Swift', 'swift', ''],
  tcl: ['Tcl', 'tcl', ''],
  typescript: ['TypeScript', 'ts', 'ts tsx mts cts'],
  vbnet: ['Visual Basic', 'vb', 'vb'],
  verilog: ['Verilog', 'v', 'v sv systemverilog'],
  vhdl: ['VHDL', 'vhd', ''],
  vim: ['Vim script', 'vim', ''],
  wasm: ['WebAssembly', 'wat', 'wat'],
  x86asm: ['Assembly', 'asm', 'asm nasm assembly'],
  xml: ['HTML, XML', 'html', 'html xhtml svg rss xsl vue svelte astro'],
  yaml: ['YAML', 'yaml', 'yml'],
};

const BY_NAME = new Map<string, Language>();
for (const [id, [name, extension, aliases]] of Object.entries(ROWS)) {
  const language = { id, name, extension };
  for (const alias of [id, ...aliases.split(' ')]) if (alias) BY_NAME.set(alias, language);
}

/** The language a fence calls `name`; undefined for one we do not know. */
export function languageOf(name: string): Language | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** The names of all grammars. */
export const LANGUAGE_IDS: readonly string[] = Object.keys(ROWS);
