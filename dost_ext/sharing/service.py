"""The rules of shared conversations."""

from __future__ import annotations

import re
import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import exc

from dost_ext.chat.conversations import ConversationService
from dost_ext.chat.schemas import Message, Messages
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import NotFound
from dost_ext.core.scopes import Principal
from dost_ext.rag.grounding.marks import pointed_at
from dost_ext.rag.grounding.schemas import Citation
from dost_ext.sharing import schemas, store

# 192 bits: nobody finds a link by trying.
TOKEN_BYTES = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
GONE = "This link does not exist, or not any more."


class SharingService:
    """Makes, shows and revokes links to conversations."""

    def __init__(
        self, database: Database, conversations: ConversationService, clock: Clock
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._clock = clock

    async def share(self, principal: Principal, conversation_id: UUID, page: str) -> schemas.Share:
        """Have the conversation's link show the branch as it is now; `page` begins its address."""
        conversation = await self._conversations.get(principal, conversation_id)
        tree = await self._conversations.messages(principal, conversation_id)
        now = self._clock()
        try:
            async with self._database.begin() as connection:
                row = await store.renew(
                    connection,
                    token=secrets.token_urlsafe(TOKEN_BYTES),
                    conversation_id=conversation_id,
                    owner_id=principal.user_id,
                    title=conversation.title,
                    messages=snapshot(tree),
                    created_at=now,
                    updated_at=now,
                )
        except exc.IntegrityError as error:  # it was deleted meanwhile
            raise NotFound from error
        return _share(row, page)

    async def state(
        self, principal: Principal, conversation_id: UUID, page: str
    ) -> schemas.ShareState:
        """Whether the conversation is shared."""
        await self._conversations.get(principal, conversation_id)
        async with self._database.begin() as connection:
            row = await store.of_conversation(connection, principal.user_id, conversation_id)
        return schemas.ShareState(share=None if row is None else _share(row, page))

    async def revoke(self, principal: Principal, conversation_id: UUID) -> None:
        """End the conversation's link. Raises `NotFound` where there is none."""
        async with self._database.begin() as connection:
            if not await store.revoke(connection, principal.user_id, conversation_id):
                raise NotFound("This chat is not shared.")

    async def shown(self, token: str) -> schemas.SharedConversation:
        """What a link shows. Unknown and revoked are one: `NotFound`."""
        row = None
        if _TOKEN.fullmatch(token):
            async with self._database.begin() as connection:
                row = await store.by_token(connection, token)
        if row is None:
            raise NotFound(GONE)
        return schemas.SharedConversation.model_validate(row)


def snapshot(tree: Messages) -> list[dict[str, Any]]:
    """The shown branch with nothing in it but what was said, by whom and when."""
    by_id = {message.id: message for message in tree.items}
    path: list[Message] = []
    at = tree.current_leaf_id
    while at is not None and at in by_id:
        path.append(by_id[at])
        at = by_id[at].parent_id
    return [
        {
            "role": message.role,
            "content": message.content,
            "attachments": len(message.attachments or ()),
            "sources": [
                _source(one) for one in pointed_at(message.content, message.citations or ())
            ],
            "model": _name(message.model),
            "created_at": message.created_at,
        }
        for message in reversed(path)
        if message.role in ("user", "assistant") and (message.content or message.attachments)
    ]


def _source(cited: Citation) -> dict[str, Any]:
    """What an answer points at: a page of the web is anyone's to open, a document is not."""
    public = cited.kind == "web"
    return {
        "index": cited.index,
        "title": cited.title if public else None,
        "page": cited.page,
        "url": cited.url if public else None,
    }


def _name(model: str | None) -> str | None:
    """A model's name without the provider's, which is this server's own affair."""
    return model and (model.partition("/")[2] or model)


def _share(row: Record, page: str) -> schemas.Share:
    return schemas.Share(
        token=row.token,
        url_path=f"{page}share/{row.token}",
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
