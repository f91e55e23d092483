"""What goes with a prompt: found or kept before the turn, and read for the model."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dost_ext.chat.schemas import Attach
from dost_ext.core.database import Database
from dost_ext.core.errors import InvalidRequest, TooLarge
from dost_ext.core.fences import fenced
from dost_ext.core.scopes import Principal
from dost_ext.core.uploads import Upload
from dost_ext.files import store
from dost_ext.files.contents import known_picture, text_of
from dost_ext.files.data_urls import content_of, is_data_url
from dost_ext.files.schemas import Attachment
from dost_ext.files.service import FileService
from dost_ext.models.service import ResolvedModel

# What the strictest of the large providers takes in one request, and with it all pictures that
# are sent along from earlier prompts; base64 makes a third more of it.
MOST_BYTES = 24 * 1024 * 1024
GONE = "An attached file is not there any more. Attach it again."

DATA = "[data file: {}, {:,} bytes, in the working directory of the chat's code]"

# By file: a picture as a data URL, a text as its words.
Readable = Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Attached:
    """What goes with the new prompt, and what can be read of all that was ever attached."""

    new: list[Attachment]
    readable: Readable


class AttachmentService:
    """Finds what is attached to a prompt, and what a model reads of it."""

    def __init__(self, database: Database, files: FileService) -> None:
        self._database = database
        self._files = files

    async def gather(
        self,
        principal: Principal,
        wanted: Sequence[Attach],
        before: Sequence[Attachment],
        models: Sequence[ResolvedModel],
    ) -> Attached:
        """Keep what is attached now, and read it with what was attached `before`.

        Raises `InvalidRequest` for a file that is absent or another's, for what is no picture, and
        for a picture where one of the models sees none; `TooLarge` for too much in all.
        """
        known = await self._known(principal, wanted)
        blind = next((model.id for model in models if not model.vision), None)
        if blind is not None and any(_is_picture(one, known) for one in wanted):
            raise InvalidRequest(
                f"{blind} cannot see pictures. Choose a model that can, or take the pictures out.",
                code="no_vision",
            )
        new = [await self._kept(principal, one, known) for one in wanted]
        if sum(one.size for one in new) > MOST_BYTES:
            raise TooLarge(f"A message takes {MOST_BYTES // 2**20} MB of files at most.")
        sees = any(model.vision for model in models)
        return Attached(new, await self._read(principal, [*before, *new], sees=sees))

    async def _known(
        self, principal: Principal, wanted: Sequence[Attach]
    ) -> dict[UUID, Attachment]:
        ids = {one.known_id for one in wanted if one.known_id is not None}
        if not ids:
            return {}
        async with self._database.begin() as connection:
            rows = await store.about(connection, principal.user_id, ids)
        if len(rows) < len(ids):
            raise InvalidRequest(GONE, code="attachment_gone")
        return {row.id: Attachment.model_validate(row) for row in rows}

    async def _kept(
        self, principal: Principal, one: Attach, known: Mapping[UUID, Attachment]
    ) -> Attachment:
        if one.known_id is not None:
            return known[one.known_id]
        return await self._files.add(principal, picture_in(one.image or ""), known_picture)

    async def _read(
        self, principal: Principal, attached: Sequence[Attachment], *, sees: bool
    ) -> Readable:
        """What can be sent: every text; of pictures the newest, as many as one request may hold."""
        wanted = {one.id for one in attached if one.kind == "text"}
        room = MOST_BYTES if sees else 0
        for one in reversed(attached):
            if one.kind == "image" and one.id not in wanted and one.size <= room:
                wanted.add(one.id)
                room -= one.size
        if not wanted:
            return {}
        async with self._database.begin() as connection:
            contents = await store.contents(connection, principal.user_id, wanted)
        types = {one.id: one.media_type for one in attached if one.kind == "image"}
        return await asyncio.to_thread(_readable, contents, types)


def _is_picture(one: Attach, known: Mapping[UUID, Attachment]) -> bool:
    return one.known_id is None or known[one.known_id].kind == "image"


def picture_in(image: str) -> Upload:
    """The picture in a data URL (RFC 2397). Raises `InvalidRequest` for anything else."""
    if not is_data_url(image):
        raise InvalidRequest("attachments: image is a data: URL or the id of an uploaded file")
    try:
        return Upload("", content_of(image))
    except ValueError:
        raise InvalidRequest("attachments: the data URL's base64 is broken") from None


def _readable(contents: Mapping[UUID, bytes], types: Mapping[UUID, str]) -> dict[UUID, str]:
    return {
        file_id: f"data:{types[file_id]};base64,{base64.b64encode(content).decode()}"
        if file_id in types
        else text_of(content)
        for file_id, content in contents.items()
    }


def spoken(
    content: str, attached: Iterable[Attachment], readable: Readable, *, sees: bool
) -> str | list[dict[str, Any]]:
    """A message as a model reads it, in OpenAI's shape.

    Texts stand before what was written, fenced; a picture that cannot be sent is a line.
    """
    before: list[str] = []
    pictures: list[dict[str, Any]] = []
    for one in attached:
        found = readable.get(one.id)
        if one.kind == "image" and sees and found is not None:
            pictures.append({"type": "image_url", "image_url": {"url": found}})
        elif one.kind == "text" and found is not None:
            before.append(f"Attached file “{one.filename}”:\n\n{fenced(found)}")
        elif one.kind == "data":
            before.append(DATA.format(one.filename, one.size))
        else:
            before.append(f"[{'picture' if one.kind == 'image' else 'file'}: {one.filename}]")
    text = "\n\n".join([*before, content] if content else before)
    if not pictures:
        return text
    return [{"type": "text", "text": text}, *pictures] if text else pictures
