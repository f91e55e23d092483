"""Languages of source code, by the ending of a file's name."""

from __future__ import annotations

from pathlib import PurePosixPath

# As fences of Markdown name them.
_BY_ENDING = {
    "ada": "ada", "adb": "ada", "asm": "asm", "astro": "astro", "awk": "awk", "bash": "bash",
    "bat": "batch", "bib": "bibtex", "c": "c", "cc": "cpp", "cfg": "ini", "clj": "clojure",
    "cls": "latex", "cmake": "cmake", "coffee": "coffeescript", "conf": "ini", "cpp": "cpp",
    "cs": "csharp", "css": "css", "cu": "cuda", "cxx": "cpp", "d": "d", "dart": "dart",
    "diff": "diff", "el": "lisp", "env": "ini", "erl": "erlang", "ex": "elixir", "exs": "elixir",
    "f": "fortran", "f90": "fortran", "fs": "fsharp", "gd": "gdscript", "go": "go",
    "gql": "graphql", "gradle": "groovy", "graphql": "graphql", "groovy": "groovy", "h": "c",
    "hcl": "hcl", "hpp": "cpp", "hs": "haskell", "ini": "ini", "ino": "cpp", "java": "java",
    "jl": "julia", "js": "javascript", "json": "json", "json5": "json", "jsonl": "json",
    "jsx": "jsx", "kt": "kotlin", "kts": "kotlin", "less": "less", "lisp": "lisp", "lua": "lua",
    "m": "matlab", "mjs": "javascript", "mk": "makefile", "ml": "ocaml", "mm": "objective-c",
    "nim": "nim", "nix": "nix", "pas": "pascal", "patch": "diff", "php": "php", "pl": "perl",
    "pm": "perl", "properties": "ini", "proto": "protobuf", "ps1": "powershell", "py": "python",
    "pyi": "python", "pyx": "python", "r": "r", "rb": "ruby", "rs": "rust", "sas": "sas",
    "scala": "scala", "scm": "scheme", "scss": "scss", "sh": "bash", "sol": "solidity",
    "sql": "sql", "styl": "stylus", "svelte": "svelte", "swift": "swift", "tcl": "tcl",
    "tex": "latex", "tf": "hcl", "toml": "toml", "ts": "typescript", "tsx": "tsx", "v": "verilog",
    "vb": "vbnet", "vhd": "vhdl", "vhdl": "vhdl", "vim": "vim", "vue": "vue", "xml": "xml",
    "xsd": "xml", "xsl": "xml", "yaml": "yaml", "yml": "yaml", "zig": "zig", "zsh": "bash",
}  # fmt: skip
_BY_NAME = {
    "cmakelists.txt": "cmake",
    "containerfile": "dockerfile",
    "dockerfile": "dockerfile",
    "gemfile": "ruby",
    "jenkinsfile": "groovy",
    "justfile": "makefile",
    "makefile": "makefile",
    "rakefile": "ruby",
    "snakefile": "python",
}
# Languages that have a media type of their own; others are `text/x-LANGUAGE`.
_MEDIA_TYPES = {
    "css": "text/css",
    "javascript": "text/javascript",
    "json": "application/json",
    "toml": "application/toml",
    "xml": "application/xml",
    "yaml": "application/yaml",
}


def language_of(filename: str) -> str:
    """The language of a file, as a fence names it; empty for what is no source code."""
    name = PurePosixPath(filename.lower()).name
    return _BY_NAME.get(name) or _BY_ENDING.get(PurePosixPath(name).suffix[1:], "")


def code_type(filename: str) -> str:
    """The media type of source code; empty for what is none."""
    language = language_of(filename)
    return _MEDIA_TYPES.get(language, f"text/x-{language}") if language else ""
