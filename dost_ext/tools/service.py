"""Which tools there are, and which of them a turn is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from dost_ext.auth.service import AccountService
from dost_ext.auth.user_settings import UserSettings
from dost_ext.core.errors import DostError, Forbidden, InvalidRequest
from dost_ext.core.scopes import Principal, can
from dost_ext.tools import schemas
from dost_ext.tools.toolbox import Asked, OfferedTool, Toolbox

UNKNOWN = "tools: there is no tool {!r:.80}"
NOT_PERMITTED = "Your account may not use the tool {}."


class Tool(Protocol):
    """A tool that there is."""

    name: str
    summary: str
    scope: str

    async def demand(self, principal: Principal) -> None:
        """Raises a `DostError` that says why somebody cannot use it here."""

    async def offered(self, principal: Principal, asked: Asked) -> OfferedTool:
        """The tool for one turn. Raises as `demand` does."""


class ToolService:
    """The registry of tools."""

    def __init__(
        self, tools: Sequence[Tool], settings: UserSettings, accounts: AccountService
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._settings = settings
        self._accounts = accounts

    async def list(self, principal: Principal) -> schemas.Tools:
        """The tools, each as the caller has it."""
        return schemas.Tools(items=[await self._shown(principal, t) for t in self._tools.values()])

    async def _shown(self, principal: Principal, tool: Tool) -> schemas.Tool:
        why_not = None
        try:
            await self._demand(principal, tool)
        except DostError as error:
            why_not = error.detail
        choice = await self._choice(principal.user_id, tool.name)
        return schemas.Tool(
            id=tool.name,
            name=tool.name,
            kind="builtin",
            description=tool.summary,
            enabled=choice.get("enabled", False),
            approval=choice.get("approval", "ask"),
            available=why_not is None,
            unavailable_because=why_not,
        )

    async def box(self, principal: Principal, names: Sequence[str], asked: Asked) -> Toolbox | None:
        """The tools of a turn; None where it has none.

        Raises `InvalidRequest` for a tool that is not there, `Forbidden` for one that the caller
        may not use, and what else keeps a tool from being used here.
        """
        offered = []
        for name in dict.fromkeys(names):
            tool = self._tools.get(name)
            if tool is None:
                raise InvalidRequest(UNKNOWN.format(name), code="unknown_tool")
            _demand_scope(principal, tool)
            offered.append(await tool.offered(principal, asked))
        if not offered:
            return None
        return Toolbox(principal, offered, self.approval, self._renewed)

    async def approval(self, user_id: UUID, name: str) -> schemas.Approval:
        """How somebody wants a tool's calls approved, now."""
        found: schemas.Approval = (await self._choice(user_id, name)).get("approval", "ask")
        return found

    async def _choice(self, user_id: UUID, name: str) -> dict[str, schemas.Approval]:
        choices = (await self._settings.get(user_id)).get("tools", {})
        return dict(choices.get(name, {}))

    async def _renewed(self, principal: Principal, name: str) -> Principal:
        """Who somebody is now. Raises `Forbidden` where they may not use the tool any more."""
        now = await self._accounts.renewed(principal)
        _demand_scope(now, self._tools[name])
        return now

    async def _demand(self, principal: Principal, tool: Tool) -> None:
        _demand_scope(principal, tool)
        await tool.demand(principal)


def _demand_scope(principal: Principal, tool: Tool) -> None:
    if not can(principal, tool.scope):
        raise Forbidden(NOT_PERMITTED.format(tool.name))
