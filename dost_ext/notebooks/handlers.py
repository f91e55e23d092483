"""The routes of conversations as files."""

from __future__ import annotations

from dost_ext.core.downloads import DownloadHandler
from dost_ext.core.http import Route, operation
from dost_ext.core.ids import parse_id
from dost_ext.core.uploads import UploadHandler
from dost_ext.notebooks import ipynb, schemas
from dost_ext.notebooks.exports import ExportService
from dost_ext.notebooks.imports import ImportService


class ExportHandler(DownloadHandler):
    """One conversation as a file."""

    def initialize(self, exports: ExportService) -> None:
        """Take the service."""
        self.exports = exports

    @operation(
        "conversations:read",
        query=schemas.ExportConversation,
        streams=True,
        media=("application/json", "text/markdown", ipynb.MEDIA_TYPE),
    )
    async def get(self, conversation_id: str, query: schemas.ExportConversation) -> None:
        """Download a conversation: `json` and `ipynb` hold all of it, `md` the branch shown."""
        found = parse_id(conversation_id)
        await self.download(await self.exports.conversation(self.user, found, query))


class ExportAllHandler(DownloadHandler):
    """All of one's conversations as a file."""

    def initialize(self, exports: ExportService) -> None:
        """Take the service."""
        self.exports = exports

    @operation("conversations:read", streams=True, media=("application/zip",))
    async def get(self) -> None:
        """Download all that one owns as a ZIP archive of JSON files."""
        await self.download(await self.exports.everything(self.user))


class ImportHandler(UploadHandler):
    """Conversations from a file."""

    def initialize(self, imports: ImportService) -> None:
        """Take the service."""
        self.imports = imports

    @operation("conversations:write", returns=schemas.Imported, upload=True)
    async def post(self) -> schemas.Imported:
        """Import the conversations of a file of dost, ChatGPT or Open WebUI."""
        return await self.imports.take_in(self.user, self.uploaded)


def routes(exports: ExportService, imports: ImportService) -> list[Route]:
    """The routes of this feature. They come before those that take any word for an id."""
    return [
        Route("conversations/export", ExportAllHandler, {"exports": exports}),
        Route("conversations/import", ImportHandler, {"imports": imports}),
        Route("conversations/{id}/export", ExportHandler, {"exports": exports}),
    ]
