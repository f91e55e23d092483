"""The routes of the picture behind a user's page."""

from __future__ import annotations

from dost_ext.auth import schemas
from dost_ext.auth.backgrounds import BackgroundService
from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.pictures import MEDIA_TYPES
from dost_ext.core.uploads import UploadHandler

# A version names one content for good.
KEEP = "private, max-age=31536000, immutable"


class BackgroundHandler(UploadHandler):
    """The picture, to change it."""

    upload_limit = 10 * 1024 * 1024

    def initialize(self, backgrounds: BackgroundService) -> None:
        """Take the service."""
        self.backgrounds = backgrounds

    @operation("account", returns=schemas.Background, upload=True)
    async def put(self) -> schemas.Background:
        """Put a picture behind one's page: PNG, JPEG, GIF or WebP, whatever its name says."""
        return await self.backgrounds.save(self.user, (await self.uploaded()).content)

    @operation("account")
    async def delete(self) -> None:
        """Have no picture behind one's page."""
        await self.backgrounds.remove(self.user)


class BackgroundVersionHandler(ApiHandler):
    """The picture, to show it."""

    def initialize(self, backgrounds: BackgroundService) -> None:
        """Take the service."""
        self.backgrounds = backgrounds

    @operation("account", streams=True, media=tuple(MEDIA_TYPES.values()))
    async def get(self, version: str) -> None:
        """The picture behind one's page; the settings say its version."""
        found = await self.backgrounds.read(self.user, version)
        self.set_header("Cache-Control", KEEP)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(found.content, set_content_type=found.media_type)


def routes(backgrounds: BackgroundService) -> list[Route]:
    """The routes of this part of the feature."""
    services = {"backgrounds": backgrounds}
    return [
        Route("settings/background", BackgroundHandler, services),
        Route("settings/background/{version}", BackgroundVersionHandler, services),
    ]
