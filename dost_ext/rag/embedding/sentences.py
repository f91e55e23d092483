"""Models of the library sentence-transformers. They run in a process of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from dost_ext.rag.embedding.vectors import HEAD, HalfVector

# As many as fit into memory for models of any usual size.
BATCH = 16


class Sentences:
    """Turns texts into vectors of length one.

    Args:
        name: The model's name at Hugging Face, or the folder where it is.
        threads: How many cores it may take.
    """

    def __init__(self, name: str, *, threads: int) -> None:
        # A model is fetched where it is not there; nothing else is told to anyone.
        os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        self._model = SentenceTransformer(name, device="cpu")

    def embed_all(self, texts: Sequence[str], *, questions: bool) -> Iterator[HalfVector]:
        """The vector of each text, behind the words that its model wants before it, if any."""
        encode = self._model.encode_query if questions else self._model.encode_document
        found = encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        for vector in found:
            yield HEAD.pack(len(vector), 0) + vector.astype(">f2").tobytes()
