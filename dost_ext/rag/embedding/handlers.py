"""The routes of embedders."""

from __future__ import annotations

from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.rag.embedding import schemas
from dost_ext.rag.embedding.service import EmbedderService


class EmbedderHandler(ApiHandler):
    """What turns passages into vectors."""

    def initialize(self, embedding: EmbedderService) -> None:
        """Take the service."""
        self.embedding = embedding

    @operation("admin:settings", returns=schemas.Embedding)
    async def get(self) -> schemas.Embedding:
        """The embedder that is searched by, and the one that is to take its place."""
        return await self.embedding.get()

    @operation("admin:settings", body=schemas.ChooseEmbedder, returns=schemas.Embedding, status=202)
    async def put(self, body: schemas.ChooseEmbedder) -> schemas.Embedding:
        """Have all passages embedded anew, and searched by that once all are."""
        return await self.embedding.choose(body)


class TestEmbedderHandler(ApiHandler):
    """An embedder, tried."""

    def initialize(self, embedding: EmbedderService) -> None:
        """Take the service."""
        self.embedding = embedding

    @operation("admin:settings", body=schemas.ChooseEmbedder, returns=schemas.TestedEmbedder)
    async def post(self, body: schemas.ChooseEmbedder) -> schemas.TestedEmbedder:
        """Try an embedder before it is chosen."""
        return await self.embedding.test(body)


class CancelEmbedderHandler(ApiHandler):
    """The change of the embedder, given up."""

    def initialize(self, embedding: EmbedderService) -> None:
        """Take the service."""
        self.embedding = embedding

    @operation("admin:settings", returns=schemas.Embedding)
    async def post(self) -> schemas.Embedding:
        """Stay with the embedder that there is."""
        return await self.embedding.cancel()


def routes(embedding: EmbedderService) -> list[Route]:
    """The routes of this feature."""
    kept = {"embedding": embedding}
    return [
        Route("admin/embedder", EmbedderHandler, kept),
        Route("admin/embedder/test", TestEmbedderHandler, kept),
        Route("admin/embedder/cancel", CancelEmbedderHandler, kept),
    ]
