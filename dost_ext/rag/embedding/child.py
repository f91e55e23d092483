"""The process that an embedder runs in: texts come in, vectors go out.

A message is its length in four bytes, a byte that says what comes, then its content: one way a
list of texts as JSON; the other way the vectors one after the other, or why there are none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Protocol

import orjson

from dost_ext.core.lifeline import obey_environment
from dost_ext.rag.embedding.files import network_file, tokenizer_file
from dost_ext.rag.embedding.vectors import HalfVector

LENGTH_BYTES = 4
TEXTS, QUESTIONS = b"t", b"q"
VECTORS, FAILED = b"v", b"f"
LONGEST_REASON = 300


class Model(Protocol):
    """What answers."""

    def embed_all(self, texts: Sequence[str], *, questions: bool) -> Iterable[HalfVector]:
        """The vector of each text, of length one."""


def main() -> None:
    """Answer until the input ends. Arguments: how many threads, how nice to be, which model."""
    obey_environment()
    threads, niceness, name = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    os.nice(niceness)
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    model: Model | None = None
    while (request := read(sys.stdin.buffer)) is not None:
        try:
            model = model or _model(name, threads)
            kind, texts = request[:1], orjson.loads(request[1:])
            found = model.embed_all(texts, questions=kind == QUESTIONS)
            answer = VECTORS + b"".join(found)
        except Exception as error:  # whatever a library finds wrong with a model or a text
            answer = FAILED + _reason(error).encode()
        answers.write(len(answer).to_bytes(LENGTH_BYTES) + answer)
        answers.flush()


def _reason(error: Exception) -> str:
    said = str(error).strip().partition("\n")[0] or type(error).__name__
    return said[:LONGEST_REASON]


def _model(name: str, threads: int) -> Model:
    if name:
        from dost_ext.rag.embedding.sentences import Sentences

        return Sentences(name, threads=threads)
    from dost_ext.rag.embedding.minilm import MiniLM

    tokenizer = tokenizer_file()
    assert tokenizer is not None
    return MiniLM(network_file(), tokenizer, threads=threads)


def read(source: BinaryIO) -> bytes | None:
    """The next message; None at the end."""
    head = source.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    return source.read(int.from_bytes(head))


if __name__ == "__main__":
    main()
