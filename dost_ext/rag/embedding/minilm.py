"""The built-in embedder: all-MiniLM-L6-v2 on onnxruntime. It runs in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from dost_ext.rag.embedding.vectors import HEAD, HalfVector

# As its authors run it (`sentence_bert_config.json`); what is longer is cut.
MOST_TOKENS = 256


class MiniLM:
    """Turns texts into vectors of 384 numbers and of length one.

    Args:
        network: The file that `export` made.
        tokenizer: The authors' `tokenizer.json`.
        threads: How many cores it may take.
    """

    dimensions = 384

    def __init__(self, network: Path, tokenizer: Path, *, threads: int) -> None:
        options = SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # A thread that waits by spinning takes its core from whoever else would use it.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # What a long text took would otherwise be kept for good.
        options.enable_cpu_mem_arena = False
        self._session = InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        # The file asks for 128 tokens at least, which a question has not.
        self._tokenizer.no_padding()

    def embed_all(self, texts: Sequence[str], *, questions: bool = False) -> Iterator[HalfVector]:
        """The vector of each text; a question is one like any other."""
        del questions
        return map(self.embed, texts)

    def embed(self, text: str) -> HalfVector:
        """The vector of a text.

        One at a time: eight together take 1.4 times as long on one core, and the scale that their
        eight-bit numbers are read by would be that of all, so that a vector would depend on others.
        """
        encoded = self._tokenizer.encode(text)
        given = {
            "input_ids": np.array([encoded.ids], dtype=np.int64),
            "attention_mask": np.array([encoded.attention_mask], dtype=np.int64),
        }
        (vectors,) = self._session.run(["embedding"], given)
        numbers: bytes = np.asarray(vectors)[0].astype(">f2").tobytes()
        return HEAD.pack(self.dimensions, 0) + numbers
