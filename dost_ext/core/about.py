"""What the server says of itself, to anyone and before its database is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import RootModel

from dost_ext import __version__
from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.scopes import PUBLIC
from dost_ext.core.wire import Response

State = Literal["ok", "starting", "failed"]


class Health(Response):
    """Whether the server can work, and its version."""

    status: State
    version: str


class Description(RootModel[dict[str, Any]]):
    """An OpenAPI 3.1 document."""


class HealthHandler(ApiHandler):
    """Whether dost answers."""

    needs_services = False

    def initialize(self, state: Callable[[], State]) -> None:
        """Take the question."""
        self.state = state

    @operation(PUBLIC, returns=Health)
    async def get(self) -> Health:
        """Whether the server can work; `starting` until its database is there."""
        return Health(status=self.state(), version=__version__)


class OpenApiHandler(ApiHandler):
    """The API's description."""

    needs_services = False

    @operation(PUBLIC, returns=Description)
    async def get(self) -> Description:
        """This document."""
        return Description(self.settings["dost_openapi"])


def routes(state: Callable[[], State]) -> list[Route]:
    """The routes of this feature."""
    return [
        Route("health", HealthHandler, {"state": state}),
        Route("openapi.json", OpenApiHandler, {}),
    ]
