"""The routes of tools."""

from __future__ import annotations

from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.tools import schemas
from dost_ext.tools.service import ToolService


class ToolsHandler(ApiHandler):
    """The tools that there are."""

    def initialize(self, tools: ToolService) -> None:
        """Take the service."""
        self.tools = tools

    @operation("chat", returns=schemas.Tools)
    async def get(self) -> schemas.Tools:
        """The tools that a model can be given, each as the caller has it."""
        return await self.tools.list(self.user)


def routes(tools: ToolService) -> list[Route]:
    """The routes of this feature."""
    return [Route("tools", ToolsHandler, {"tools": tools})]
