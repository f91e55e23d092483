"""The routes of files."""

from __future__ import annotations

from typing import ClassVar

from dost_ext.core.downloads import DownloadHandler
from dost_ext.core.http import Route, operation
from dost_ext.core.ids import parse_id
from dost_ext.core.pictures import MEDIA_TYPES
from dost_ext.core.uploads import UploadHandler
from dost_ext.files.contents import MOST_BYTES
from dost_ext.files.schemas import Attachment
from dost_ext.files.service import FileService


class FilesHandler(UploadHandler):
    """One's files."""

    upload_limit: ClassVar[int] = MOST_BYTES + 64 * 1024  # the form around it

    def initialize(self, files: FileService) -> None:
        """Take the service."""
        self.files = files

    @operation("conversations:write", returns=Attachment, status=201, upload=True)
    async def post(self) -> Attachment:
        """Keep a picture or a text file, to go with a prompt."""
        return await self.files.add(self.user, await self.uploaded())


class FileHandler(DownloadHandler):
    """One file."""

    def initialize(self, files: FileService) -> None:
        """Take the service."""
        self.files = files

    @operation("conversations:read", streams=True, media=(*MEDIA_TYPES.values(), "text/plain"))
    async def get(self, file_id: str) -> None:
        """A file as it was sent."""
        await self.download(await self.files.get(self.user, parse_id(file_id)))

    @operation("conversations:write")
    async def delete(self, file_id: str) -> None:
        """Delete a file that no message has."""
        await self.files.remove(self.user, parse_id(file_id))


def routes(files: FileService) -> list[Route]:
    """The routes of this feature."""
    return [
        Route("files", FilesHandler, {"files": files}),
        Route("files/{id}", FileHandler, {"files": files}),
    ]
