"""The weights of the built-in embedder, in the form that sentence-transformers loads."""

from __future__ import annotations

from dost_ext.rag.embedding.files import tokenizer_file


def weights() -> str:
    """The folder where they lie."""
    tokenizer = tokenizer_file()
    assert tokenizer is not None
    return str(tokenizer.parent)
