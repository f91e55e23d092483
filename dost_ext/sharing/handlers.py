"""The routes of shared conversations."""

from __future__ import annotations

from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.ids import parse_id
from dost_ext.core.scopes import PUBLIC
from dost_ext.sharing import schemas
from dost_ext.sharing.service import SharingService


class SharingHandler(ApiHandler):
    """What the handlers of this feature share."""

    def initialize(self, sharing: SharingService) -> None:
        """Take the service."""
        self.sharing = sharing

    @property
    def page(self) -> str:
        """Where the page is."""
        return f"{self.base_url}dost/"


class ShareHandler(SharingHandler):
    """The link to one conversation."""

    @operation("conversations:read", returns=schemas.ShareState)
    async def get(self, conversation_id: str) -> schemas.ShareState:
        """Whether a conversation is shared, and by which link."""
        return await self.sharing.state(self.user, parse_id(conversation_id), self.page)

    @operation("conversations:write", returns=schemas.Share)
    async def post(self, conversation_id: str) -> schemas.Share:
        """Share the branch as it is now; a link that exists shows it from now on."""
        return await self.sharing.share(self.user, parse_id(conversation_id), self.page)

    @operation("conversations:write")
    async def delete(self, conversation_id: str) -> None:
        """Revoke the link."""
        await self.sharing.revoke(self.user, parse_id(conversation_id))


class SharedHandler(SharingHandler):
    """What a link shows."""

    @operation(PUBLIC, returns=schemas.SharedConversation)
    async def get(self, token: str) -> schemas.SharedConversation:
        """A shared conversation, for anyone who knows its token."""
        self.set_header("X-Robots-Tag", "noindex")
        return await self.sharing.shown(token)


def routes(sharing: SharingService) -> list[Route]:
    """The routes of this feature."""
    return [
        Route("conversations/{id}/share", ShareHandler, {"sharing": sharing}),
        Route("shared/{token}", SharedHandler, {"sharing": sharing}),
    ]
