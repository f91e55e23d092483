"""The routes of documents, collections and retrieval."""

from __future__ import annotations

from typing import ClassVar

from dost_ext.core.downloads import DownloadHandler
from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.ids import parse_id
from dost_ext.core.sse import StreamHandler
from dost_ext.core.uploads import UploadHandler
from dost_ext.rag import schemas
from dost_ext.rag.collections import CollectionService
from dost_ext.rag.documents import MOST_BYTES, DocumentService
from dost_ext.rag.retrieval.service import RetrievalService


class CollectionsHandler(ApiHandler):
    """All collections one may read."""

    def initialize(self, collections: CollectionService) -> None:
        """Take the service."""
        self.collections = collections

    @operation("documents:read", returns=schemas.Collections)
    async def get(self) -> schemas.Collections:
        """One's own collections and those that others share, by name."""
        return await self.collections.list(self.user)

    @operation(
        "documents:write", body=schemas.CreateCollection, returns=schemas.Collection, status=201
    )
    async def post(self, body: schemas.CreateCollection) -> schemas.Collection:
        """Make a collection."""
        return await self.collections.create(self.user, body)


class CollectionHandler(ApiHandler):
    """One collection."""

    def initialize(self, collections: CollectionService) -> None:
        """Take the service."""
        self.collections = collections

    @operation("documents:read", returns=schemas.Collection)
    async def get(self, collection_id: str) -> schemas.Collection:
        """One collection: one's own, or one that somebody shares."""
        return await self.collections.get(self.user, parse_id(collection_id))

    @operation("documents:write", body=schemas.UpdateCollection, returns=schemas.Collection)
    async def patch(self, collection_id: str, body: schemas.UpdateCollection) -> schemas.Collection:
        """Change a collection of one's own."""
        return await self.collections.update(self.user, parse_id(collection_id), body)

    @operation("documents:write")
    async def delete(self, collection_id: str) -> None:
        """Delete a collection of one's own and its documents; an admin deletes any shared one."""
        await self.collections.delete(self.user, parse_id(collection_id))


class DocumentsHandler(UploadHandler):
    """All documents one may read."""

    upload_limit: ClassVar[int] = MOST_BYTES + 64 * 1024  # the form around it

    def initialize(self, documents: DocumentService) -> None:
        """Take the service."""
        self.documents = documents

    @operation("documents:read", query=schemas.ListDocuments, returns=schemas.Documents)
    async def get(self, query: schemas.ListDocuments) -> schemas.Documents:
        """The documents one may read, the newest first."""
        return await self.documents.list(self.user, query)

    @operation("documents:write", returns=schemas.Document, status=202, upload=True)
    async def post(self) -> schemas.Document:
        """Send a document, to be read by a worker. Form fields: `file` and `path`, or the `url` of
        a page to be fetched; `collection_id`.
        """
        collection = await self.form_field("collection_id")
        place = parse_id(collection) if collection else None
        if url := await self.form_field("url"):
            return await self.documents.add_page(self.user, url, place)
        sent = await self.uploaded()
        path = await self.form_field("path")
        return await self.documents.add(self.user, sent, place, path)


class DocumentHandler(ApiHandler):
    """One document."""

    def initialize(self, documents: DocumentService) -> None:
        """Take the service."""
        self.documents = documents

    @operation("documents:read", returns=schemas.WholeDocument)
    async def get(self, document_id: str) -> schemas.WholeDocument:
        """One document with its outline."""
        return await self.documents.get(self.user, parse_id(document_id))

    @operation("documents:write")
    async def delete(self, document_id: str) -> None:
        """Delete a document; nothing of it is found from then on."""
        await self.documents.delete(self.user, parse_id(document_id))


class DocumentPassagesHandler(ApiHandler):
    """A document's text."""

    def initialize(self, documents: DocumentService) -> None:
        """Take the service."""
        self.documents = documents

    @operation("documents:read", query=schemas.ReadDocument, returns=schemas.ReadPassages)
    async def get(self, document_id: str, query: schemas.ReadDocument) -> schemas.ReadPassages:
        """What was read of it, in its order: passages from one on, or those around one."""
        return await self.documents.passages(self.user, parse_id(document_id), query)


class DocumentFileHandler(DownloadHandler):
    """A document's file."""

    def initialize(self, documents: DocumentService) -> None:
        """Take the service."""
        self.documents = documents

    @operation("documents:read", streams=True, media=("application/octet-stream",))
    async def get(self, document_id: str) -> None:
        """The file as it was sent."""
        await self.download(await self.documents.file(self.user, parse_id(document_id)))


class DocumentEventsHandler(StreamHandler):
    """How the work on a document goes on."""

    def initialize(self, documents: DocumentService) -> None:
        """Take the service."""
        self.documents = documents

    @operation("documents:read", streams=True)
    async def get(self, document_id: str) -> None:
        """Its status and progress as they change, until the work is over."""
        await self.stream(await self.documents.follow(self.user, parse_id(document_id)))


class CancelDocumentHandler(ApiHandler):
    """The work on a document, stopped."""

    def initialize(self, documents: DocumentService) -> None:
        """Take the service."""
        self.documents = documents

    @operation("documents:write", returns=schemas.Document)
    async def post(self, document_id: str) -> schemas.Document:
        """Stop the work on a document; what was there before stays."""
        return await self.documents.cancel(self.user, parse_id(document_id))


class RetryDocumentHandler(ApiHandler):
    """The work on a document, begun anew."""

    def initialize(self, documents: DocumentService) -> None:
        """Take the service."""
        self.documents = documents

    @operation("documents:write", returns=schemas.Document)
    async def post(self, document_id: str) -> schemas.Document:
        """Read a document once more that failed or was cancelled."""
        return await self.documents.retry(self.user, parse_id(document_id))


class RetrieveHandler(ApiHandler):
    """Questions to documents."""

    def initialize(self, retrieval: RetrievalService) -> None:
        """Take the service."""
        self.retrieval = retrieval

    @operation("documents:read", body=schemas.Retrieve, returns=schemas.Passages)
    async def post(self, body: schemas.Retrieve) -> schemas.Passages:
        """The passages that fit a question best."""
        return await self.retrieval.retrieve(self.user, body)


def routes(
    collections: CollectionService, documents: DocumentService, retrieval: RetrievalService
) -> list[Route]:
    """The routes of this feature."""
    shelf, kept = {"collections": collections}, {"documents": documents}
    return [
        Route("collections", CollectionsHandler, shelf),
        Route("collections/{id}", CollectionHandler, shelf),
        Route("documents", DocumentsHandler, kept),
        Route("documents/{id}", DocumentHandler, kept),
        Route("documents/{id}/passages", DocumentPassagesHandler, kept),
        Route("documents/{id}/file", DocumentFileHandler, kept),
        Route("documents/{id}/events", DocumentEventsHandler, kept),
        Route("documents/{id}/cancel", CancelDocumentHandler, kept),
        Route("documents/{id}/retry", RetryDocumentHandler, kept),
        Route("retrieve", RetrieveHandler, {"retrieval": retrieval}),
    ]
