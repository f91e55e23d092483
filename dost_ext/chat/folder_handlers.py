"""The routes of folders and tags."""

from __future__ import annotations

from dost_ext.chat import folder_schemas as schemas
from dost_ext.chat.folders import FolderService
from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.ids import parse_id


class FilingHandler(ApiHandler):
    """What the handlers of folders and tags share."""

    def initialize(self, folders: FolderService) -> None:
        """Take the service."""
        self.folders = folders


class FoldersHandler(FilingHandler):
    """All of one's folders."""

    @operation("conversations:read", returns=schemas.Folders)
    async def get(self) -> schemas.Folders:
        """One's folders, by name."""
        return await self.folders.list(self.user)

    @operation("conversations:write", body=schemas.CreateFolder, returns=schemas.Folder, status=201)
    async def post(self, body: schemas.CreateFolder) -> schemas.Folder:
        """Make a folder."""
        return await self.folders.create(self.user, body)


class FolderHandler(FilingHandler):
    """One folder."""

    @operation("conversations:write", body=schemas.UpdateFolder, returns=schemas.Folder)
    async def patch(self, folder_id: str, body: schemas.UpdateFolder) -> schemas.Folder:
        """Rename or move a folder, or change its system prompt."""
        return await self.folders.update(self.user, parse_id(folder_id), body)

    @operation("conversations:write")
    async def delete(self, folder_id: str) -> None:
        """Dissolve a folder; what is in it moves to where it was."""
        await self.folders.delete(self.user, parse_id(folder_id))


class TagsHandler(FilingHandler):
    """All of one's tags."""

    @operation("conversations:read", returns=schemas.TagCounts)
    async def get(self) -> schemas.TagCounts:
        """One's tags with the number of conversations that bear each."""
        return await self.folders.tags(self.user)


def routes(folders: FolderService) -> list[Route]:
    """The routes of folders and tags."""
    filing = {"folders": folders}
    return [
        Route("folders", FoldersHandler, filing),
        Route("folders/{id}", FolderHandler, filing),
        Route("tags", TagsHandler, filing),
    ]
