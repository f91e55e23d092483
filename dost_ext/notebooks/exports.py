"""What leaves dost: one conversation as a file, or all that somebody owns as an archive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from uuid import UUID

import orjson

from dost_ext.auth.service import AccountService
from dost_ext.chat.conversations import ConversationService
from dost_ext.chat.folders import FolderService
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database
from dost_ext.core.downloads import Download, once, safe_name
from dost_ext.core.errors import InvalidRequest, NotFound
from dost_ext.core.scopes import Principal
from dost_ext.execution import store as execution_store
from dost_ext.execution.kernels.languages import speaks
from dost_ext.files import store as file_store
from dost_ext.notebooks import dost_json, ipynb, markdown, schemas, store
from dost_ext.notebooks.archive import Archive
from dost_ext.notebooks.kernelspecs import PYTHON
from dost_ext.notebooks.portable import PortableConversation, PortableKernel
from dost_ext.notebooks.publishing import Publisher
from dost_ext.prompts.service import PromptService

_FORMATS: dict[str, tuple[str, Callable[[PortableConversation, datetime], bytes]]] = {
    "json": ("application/json", dost_json.dump),
    "md": ("text/markdown; charset=utf-8", markdown.dump),
    "ipynb": (ipynb.MEDIA_TYPE, ipynb.dump),
}
# What is made of the notebook.
_PUBLISHED = {
    # A download, never a page of dost's own.
    "html": "application/octet-stream",
    "py": "text/x-python; charset=utf-8",
}
OTHER_LANGUAGE = "The code of this chat is {}, not Python. Export it as a notebook instead."


class ExportService:
    """Writes conversations as files."""

    def __init__(
        self,
        database: Database,
        conversations: ConversationService,
        folders: FolderService,
        prompts: PromptService,
        accounts: AccountService,
        clock: Clock,
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._folders = folders
        self._prompts = prompts
        self._accounts = accounts
        self._clock = clock
        self._publisher = Publisher()

    async def conversation(
        self, principal: Principal, conversation_id: UUID, wanted: schemas.ExportConversation
    ) -> Download:
        """One conversation in the format that is wanted.

        Raises `InvalidRequest` for a Python script of code in another language.
        """
        found = await self._read(principal, conversation_id)
        if wanted.format in _PUBLISHED:
            kind, piece = _PUBLISHED[wanted.format], await self._published(found, wanted.format)
        else:
            kind, dump = _FORMATS[wanted.format]
            piece = await asyncio.to_thread(dump, found, self._clock())
        name = f"{safe_name(found.title or '', 'chat')}.{wanted.format}"
        return Download(name, kind, once(piece))

    async def _published(self, found: PortableConversation, wanted: str) -> bytes:
        language = ipynb.kernel_for(found).language
        if wanted == "py" and not speaks(PYTHON.language, language):
            raise InvalidRequest(OTHER_LANGUAGE.format(language), code="not_python")
        notebook = await asyncio.to_thread(ipynb.dump, found, self._clock())
        return await self._publisher.publish(notebook, wanted)

    async def everything(self, principal: Principal) -> Download:
        """Every conversation, the profile, the prompts and the settings, as one archive."""
        now = self._clock()
        account = await self._account(principal, now)
        async with self._database.begin() as connection:
            ids = await store.conversation_ids(connection, principal.user_id)
        name = f"dost-{safe_name(principal.username, 'account')}-{now:%Y-%m-%d}.zip"
        return Download(name, "application/zip", self._archive(principal, account, ids, now))

    async def _archive(
        self, principal: Principal, account: bytes, ids: list[UUID], now: datetime
    ) -> AsyncGenerator[bytes, None]:
        """The archive, a conversation at a time: no more than one is in memory."""
        archive = Archive(now)
        yield await asyncio.to_thread(archive.add, "account.json", account)
        for conversation_id in ids:
            try:
                found = await self._read(principal, conversation_id)
            except NotFound:
                continue  # it was deleted meanwhile
            name = f"conversations/{safe_name(found.title or '', 'chat')}-{conversation_id}.json"
            yield await asyncio.to_thread(_packed, archive, name, found, now)
        yield await asyncio.to_thread(archive.end)

    async def _read(self, principal: Principal, conversation_id: UUID) -> PortableConversation:
        conversation = await self._conversations.get(principal, conversation_id)
        tree = await self._conversations.messages(principal, conversation_id)
        folder = await self._folders.way_to(principal, conversation.folder_id)
        ran = [m.id for m in tree.items if m.executions]
        attached = {one.id for m in tree.items for one in m.attachments or ()}
        async with self._database.begin() as connection:
            contents = await file_store.contents(connection, principal.user_id, attached)
            widgets = await execution_store.widgets_of(connection, ran)
            kernel = await execution_store.get_kernel(connection, conversation_id)
        parts = (conversation, tree, folder, contents, widgets)
        found = await asyncio.to_thread(dost_json.portable, *parts)
        if kernel is not None:
            found.kernel = PortableKernel(kernel.name, kernel.display_name, kernel.language)
        return found

    async def _account(self, principal: Principal, now: datetime) -> bytes:
        """The profile, folders, prompts and settings, and no secret, not even as a hash."""
        me = await self._accounts.me(principal)
        folders = (await self._folders.list(principal)).items
        prompts = (await self._prompts.list(principal)).items
        return orjson.dumps(
            {
                "format": "dost.account",
                "version": 1,
                "exported_at": now,
                "profile": me.model_dump(include={"username", "display_name", "email"}),
                "folders": [f.model_dump(exclude={"conversations"}) for f in folders],
                "prompts": [p.model_dump(exclude={"mine", "owner"}) for p in prompts if p.mine],
                "settings": await self._accounts.settings(principal),
            },
            option=orjson.OPT_INDENT_2,
        )


def _packed(archive: Archive, name: str, found: PortableConversation, now: datetime) -> bytes:
    return archive.add(name, dost_json.dump(found, now))
