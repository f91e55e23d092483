"""What a prompt names to be answered from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from dost_ext.core.database import Database, Record
from dost_ext.core.errors import Conflict, Forbidden, NotFound
from dost_ext.core.scopes import Principal, can
from dost_ext.rag.grounding import store
from dost_ext.rag.grounding.schemas import Source, Use

SCOPE = "documents:read"
NOT_PERMITTED = "Your account may not read documents."
NO_DOCUMENT = "There is no such document."
NO_COLLECTION = "There is no such collection."
NOT_READ = "“{}” was not read, so nothing can be answered from it. {}"
STOPPED = "Reading it was stopped; start it again under Documents."


class SourceService:
    """Finds the documents and collections that prompts name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def named(
        self,
        principal: Principal,
        wanted: Mapping[UUID, Use],
        collection_ids: Sequence[UUID],
    ) -> list[Source]:
        """What a prompt names, each once.

        Args:
            wanted: The documents, and how much of each is to be read.

        Raises:
            Forbidden: The caller may not read documents at all.
            NotFound: One of them is not there, or not the caller's to read.
            Conflict: A document could not be read, or was not.
        """
        if not wanted and not collection_ids:
            return []
        if not can(principal, SCOPE):
            raise Forbidden(NOT_PERMITTED)
        user = principal.user_id
        async with self._database.begin() as connection:
            documents = {
                row.id: row for row in await store.documents_named(connection, user, list(wanted))
            }
            collections = {
                row.id: row
                for row in await store.collections_named(connection, user, collection_ids)
            }
        if len(documents) < len(wanted):
            raise NotFound(NO_DOCUMENT)
        if not collections.keys() >= set(collection_ids):
            raise NotFound(NO_COLLECTION)
        for row in documents.values():
            if row.status in ("failed", "cancelled"):
                raise Conflict(not_read(row), code="document_not_read")
        return [
            *(
                Source(kind="document", id=key, name=name_of(documents[key]), use=use)
                for key, use in wanted.items()
            ),
            *(
                Source(kind="collection", id=key, name=collections[key].name)
                for key in dict.fromkeys(collection_ids)
            ),
        ]


def not_read(row: Record) -> str:
    """Why nothing can be answered from a document."""
    return NOT_READ.format(name_of(row), row.error or STOPPED)


def name_of(row: Record) -> str:
    """A document's file name, without the folders that it was in."""
    return str(row.filename).rpartition("/")[2]
