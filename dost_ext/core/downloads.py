"""Downloads: answers that a browser saves as a file, sent piece by piece."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError

from dost_ext.core.http import NO_CACHE, ApiHandler

log = logging.getLogger("dost")

LONGEST_NAME = 80
LASTING = "private, max-age=31536000, immutable"
# What Windows, macOS or a shell takes amiss in a name.
_RESERVED = re.compile(r'[<>:"/\\|?*\s]+')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out."""

    filename: str
    kind: str
    content: AsyncGenerator[bytes, None]
    # Whether the browser may show it, which is for pictures alone.
    inline: bool = False
    # Whether it stays as it is under its address, so that the browser need not ask again.
    lasting: bool = False


async def once(content: bytes) -> AsyncGenerator[bytes, None]:
    """A content that is there already, in one piece."""
    yield content


def plain_name(title: str) -> str:
    """A title without what systems take amiss in the name of a file; it may be empty or long.

    Control characters go, those too that turn the direction of writing and so hide an extension.
    """
    kept = "".join(c for c in title if c.isspace() or unicodedata.category(c)[0] != "C")
    return _RESERVED.sub(" ", kept).strip()


def safe_name(title: str, fallback: str) -> str:
    """A title as the name of a file on any system, without an extension."""
    name = plain_name(title)[:LONGEST_NAME].strip(" .")
    return fallback if not name or _DEVICES.fullmatch(name) else name


def attachment(filename: str, *, inline: bool = False) -> str:
    """The Content-Disposition of a file (RFC 6266): one name for all, one in Unicode."""
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()-]+", "", plain).strip()
    stem, dot, extension = plain.rpartition(".")
    if dot and not stem.strip():
        plain = f"download.{extension}"
    how = "inline" if inline else "attachment"
    return f"{how}; filename=\"{plain or 'download'}\"; filename*=UTF-8''{quote(filename)}"


class DownloadHandler(ApiHandler):
    """A resource with verbs that send files."""

    async def download(self, file: Download) -> None:
        """Send the file. What fails after the first byte breaks the connection off."""
        self.set_header("Content-Type", file.kind)
        self.set_header("Content-Disposition", attachment(file.filename, inline=file.inline))
        self.set_header("Cache-Control", LASTING if file.lasting else NO_CACHE)
        self.set_header("X-Content-Type-Options", "nosniff")
        # Opened by itself, a file runs nothing and reaches nothing.
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
        try:
            async for piece in file.content:
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            return  # whoever asked has gone
        except Exception as error:
            if not self._headers_written:
                raise
            # Ended properly, half a file would pass for a whole one.
            log.error("a download broke off", exc_info=error)
            cast(HTTP1Connection, self.request.connection).close()
            return
        finally:
            await file.content.aclose()
        self.finish(set_content_type=file.kind)
