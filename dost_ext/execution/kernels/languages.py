"""The languages of kernels, and how code blocks name them."""

from __future__ import annotations

# What people and models write behind a fence, besides the language's own name.
_ALIASES = {
    "python": ("py", "python3", "ipython", "ipython3"),
    "julia": ("jl",),
    "javascript": ("js", "node"),
    "typescript": ("ts",),
    "bash": ("sh", "shell"),
    "c++": ("cpp", "cxx"),
    "c#": ("cs", "csharp"),
    "haskell": ("hs",),
    "ruby": ("rb",),
    "rust": ("rs",),
}


def aliases_of(language: str) -> list[str]:
    """All names of a language in lower case, its own first."""
    own = language.lower()
    return [own, *_ALIASES.get(own, ())]


def speaks(language: str, named: str) -> bool:
    """Whether a code block that is called `named` holds code of a language."""
    return named.lower() in aliases_of(language)
