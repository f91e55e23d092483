"""The built-in embedder: all-MiniLM-L6-v2 on onnxruntime. It runs in a process of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from dost_ext.rag.embedding.vectors import HEAD, HalfVector

# As its authors run it (`sentence_bert_config.json`); what is longer is cut.
MOST_TOKENS = 256
# Texts of like length go together, so that little is padded; larger batches are no faster.
BATCH = 8


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
        # What a batch of long texts took would otherwise be kept for good.
        options.enable_cpu_mem_arena = False
        self._session = InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> list[HalfVector]:
        """The vector of each text, in their order."""
        found: dict[int, HalfVector] = {}
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            found.update(zip(batch, self._embed([texts[at] for at in batch]), strict=True))
        return [found[at] for at in range(len(texts))]

    def _embed(self, texts: list[str]) -> list[HalfVector]:
        encoded = self._tokenizer.encode_batch(texts)
        given = {
            "input_ids": np.array([text.ids for text in encoded], dtype=np.int64),
            "attention_mask": np.array([text.attention_mask for text in encoded], dtype=np.int64),
        }
        (vectors,) = self._session.run(["embedding"], given)
        head = HEAD.pack(self.dimensions, 0)
        return [head + row.tobytes() for row in np.asarray(vectors).astype(">f2")]
