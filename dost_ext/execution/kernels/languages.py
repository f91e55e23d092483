"""The languages of kernels, and how code blocks name them."""

from __future__ import annotations

# What kernels call a language, and what people and models write behind a fence; the usual first.
_ALIKE = (
    ("python", "py", "python3", "ipython", "ipython3"),
    ("julia", "jl"),
    ("javascript", "js", "node"),
    ("typescript", "ts"),
    ("bash", "sh", "shell"),
    # Cling's kernels name the standard as well.
    ("c++", "cpp", "cxx", "c++11", "c++14", "c++17", "c++20", "c++23"),
    ("c#", "cs", "csharp"),
    ("haskell", "hs"),
    ("ruby", "rb"),
    ("rust", "rs"),
)
_ALIASES = {name: names for names in _ALIKE for name in names}


def aliases_of(language: str) -> list[str]:
    """All names of a language in lower case, its own first."""
    own = _own(language)
    return list(dict.fromkeys((own, *_ALIASES.get(own, ()))))


def usual_name(language: str) -> str:
    """How a code block names a language, whatever its kernel calls it."""
    own = _own(language)
    return _ALIASES.get(own, (own,))[0]


def is_known(name: str) -> bool:
    """Whether something is called as a language is that goes by several names."""
    return _own(name) in _ALIASES


def speaks(language: str, named: str) -> bool:
    """Whether a code block that is called `named` holds code of a language."""
    return _own(named) in aliases_of(language)


def _own(language: str) -> str:
    """The name in one word, as a fence has it."""
    return "-".join(language.lower().split())
