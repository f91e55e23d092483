"""The streams that are open, so that they close when their session ends or their role changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

from dost_ext.core.scopes import Principal


class OpenStream(Protocol):
    """A response that goes on."""

    principal: Principal | None

    def close_stream(self) -> None:
        """End it."""


class Streams:
    """All open streams of this process."""

    def __init__(self) -> None:
        self._open: set[OpenStream] = set()

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def registered(self, stream: OpenStream) -> Iterator[None]:
        """Keep `stream` known while the block runs."""
        self._open.add(stream)
        try:
            yield
        finally:
            self._open.discard(stream)

    def close_session(self, session_id: UUID) -> None:
        """Close what this session holds open."""
        self._close(lambda p: p.session_id == session_id)

    def close_user(self, user_id: UUID) -> None:
        """Close what this user holds open."""
        self._close(lambda p: p.user_id == user_id)

    def close_all(self) -> None:
        """Close every stream; the server is stopping."""
        for stream in list(self._open):
            stream.close_stream()

    def _close(self, belongs: Callable[[Principal], bool]) -> None:
        for stream in list(self._open):
            if stream.principal is not None and belongs(stream.principal):
                stream.close_stream()
