"""Uploads: who sends a large body is known before it is read, and it goes to a file, not memory."""

from __future__ import annotations

import asyncio
import mmap
import sys
import tempfile
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from typing import IO, Any, ClassVar, cast

import orjson
from tornado.http1connection import HTTP1Connection
from tornado.web import Finish, HTTPError, stream_request_body

from dost_ext.core.errors import (
    DostError,
    InvalidRequest,
    MalformedRequest,
    MethodNotAllowed,
    TooLarge,
    UnsupportedType,
)
from dost_ext.core.http import NO_CACHE, ApiHandler, Operation, as_dost_error
from dost_ext.core.storable import storable

UPLOAD_LIMIT = 64 * 1024 * 1024
# A connection that is closed while its client still sends may lose the answer on its way, so what
# comes after a refusal is read and dropped for so long.
LINGER_SECONDS = 5.0
MOST_PARTS = 100
LONGEST_PART_HEADER = 16 * 1024
LONGEST_FIELD = 4096
NO_FORM = "The form is not valid multipart/form-data."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    filename: str
    content: bytes


@stream_request_body
class UploadHandler(ApiHandler):
    """A resource with verbs that take a file: `await self.uploaded()` in the verb is that file.

    Caller and size are checked once the headers are there. A refusal is answered at once, without
    waiting for the body.
    """

    upload_limit: ClassVar[int] = UPLOAD_LIMIT
    _refused = False
    _arrived = False
    _received = 0
    _body: IO[bytes] | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Accept the body or answer why not."""
        try:
            await super().prepare()
            self._accept()
        except (DostError, HTTPError) as error:
            if not self._is_sending():
                raise
            await self._refuse(error)

    def _accept(self) -> None:
        verb = getattr(type(self), str(self.request.method).lower())
        declared: Operation | None = getattr(verb, "operation", None)
        if declared is None:
            raise MethodNotAllowed
        super().demand(declared)
        if self._announced() > self.upload_limit:
            raise self._too_large()
        # Chunks announce no size: they are counted as they come.
        self._connection.set_max_body_size(sys.maxsize)
        self._body = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the request)

    def _announced(self) -> int:
        length = self.request.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdecimal()):
            raise MalformedRequest("The Content-Length is not a number.")
        return int(length[:20])

    def _is_sending(self) -> bool:
        """Whether the client sends its body without having been asked for it."""
        headers = self.request.headers
        has_body = "Transfer-Encoding" in headers or headers.get("Content-Length", "0") != "0"
        return has_body and headers.get("Expect", "").lower() != "100-continue"

    def _too_large(self) -> TooLarge:
        return TooLarge(f"A file may hold {self.upload_limit // 2**20} MB at most.")

    @property
    def _connection(self) -> HTTP1Connection:
        return cast(HTTP1Connection, self.request.connection)

    async def _refuse(self, error: BaseException) -> None:
        """Send the whole answer now; the body's rest is dropped as it comes."""
        self._refused = True
        self._close_body()
        self._connection.set_max_body_size(sys.maxsize)
        self._connection.set_body_timeout(LINGER_SECONDS)
        problem = as_dost_error(error)
        answer = orjson.dumps(problem.problem())
        self.set_status(problem.status)
        self.set_header("Cache-Control", NO_CACHE)
        self.set_header("Content-Type", "application/problem+json")
        self.set_header("Content-Length", str(len(answer)))
        self.set_header("Connection", "close")
        self.write(answer)
        await self.flush()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send the error; tornado closes a connection whose body was not read."""
        if not self._arrived:
            self.set_header("Connection", "close")
        super().write_error(status_code, **kwargs)

    async def data_received(self, chunk: bytes) -> None:  # type: ignore[override]
        """Keep a piece of the body."""
        if self._refused or self._body is None:
            return
        self._received += len(chunk)
        if self._received > self.upload_limit:
            await self._refuse(self._too_large())
        else:
            self._body.write(chunk)

    def demand(self, declared: Operation) -> None:
        """Refuse the caller who may not do this, unless that has been said already."""
        self._arrived = True
        if self._refused:
            raise Finish
        super().demand(declared)

    async def uploaded(self, field: str = "file") -> Upload:
        """The file in a field of the form. Raises `UnsupportedType` or `InvalidRequest`."""
        kind = self.request.headers.get("Content-Type", "")
        if self._body is None:
            raise InvalidRequest(f"{field}: the request holds no file")
        return await asyncio.to_thread(part_of, self._body, kind, field)

    async def form_field(self, field: str) -> str:
        """A short text of the form; empty where it has none. Raises `InvalidRequest`."""
        kind = self.request.headers.get("Content-Type", "")
        if self._body is None:
            return ""
        sent = await asyncio.to_thread(part_of, self._body, kind, field, missing_is_empty=True)
        if len(sent.content) > LONGEST_FIELD:
            raise InvalidRequest(f"{field}: {LONGEST_FIELD} characters at most")
        try:
            return storable(sent.content.decode())
        except UnicodeDecodeError:
            raise InvalidRequest(f"{field}: not UTF-8") from None

    def on_finish(self) -> None:
        """Forget the body."""
        self._close_body()
        super().on_finish()

    def on_connection_close(self) -> None:
        """The client went away."""
        self._close_body()
        super().on_connection_close()

    def _close_body(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


def part_of(
    body: IO[bytes], content_type: str, field: str, *, missing_is_empty: bool = False
) -> Upload:
    """The part called `field` of a multipart/form-data body (RFC 7578).

    Its filename is one that can be stored. Raises `UnsupportedType` for another type,
    `MalformedRequest`, and `InvalidRequest` where there is no such part unless what is missing
    counts as empty.
    """
    try:
        found = _found(body, content_type, field)
    except ValueError as error:  # a name that is not in the encoding that it says (RFC 2231)
        raise MalformedRequest(NO_FORM) from error
    if found is None and not missing_is_empty:
        raise InvalidRequest(f"{field}: the form has no file of this name")
    return found or Upload("", b"")


def _found(body: IO[bytes], content_type: str, field: str) -> Upload | None:
    form = Message()
    form["Content-Type"] = content_type
    boundary = form.get_boundary()
    if form.get_content_type() != "multipart/form-data" or not boundary:
        raise UnsupportedType("Send the file as multipart/form-data.")
    body.flush()
    if body.seek(0, 2) == 0:
        return None
    with mmap.mmap(body.fileno(), 0, access=mmap.ACCESS_READ) as form_data:
        for head, start, end in _parts(form_data, b"--" + boundary.encode("latin-1", "replace")):
            if head.get_param("name", header="content-disposition") == field:
                return Upload(storable(head.get_filename() or ""), form_data[start:end])
    return None


def _parts(form: mmap.mmap, delimiter: bytes) -> list[tuple[Message, int, int]]:
    """The headers of each part, and where its content begins and ends."""
    found: list[tuple[Message, int, int]] = []
    at = form.find(delimiter)
    while at >= 0 and len(found) < MOST_PARTS:
        at += len(delimiter)
        if form[at : at + 2] == b"--":
            return found
        start = form.find(b"\r\n\r\n", at, at + LONGEST_PART_HEADER) + 4
        end = form.find(b"\r\n" + delimiter, start) if start >= 4 else -1
        if end < 0:
            break
        head = form[at:start].decode("utf-8", "replace").lstrip()
        found.append((HeaderParser().parsestr(head), start, end))
        at = end + 2
    raise MalformedRequest(NO_FORM)
