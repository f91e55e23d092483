"""The routes of groups."""

from __future__ import annotations

from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.ids import parse_id
from dost_ext.groups import schemas
from dost_ext.groups.service import GroupService


class OfGroups(ApiHandler):
    """What the handlers of groups share."""

    def initialize(self, groups: GroupService) -> None:
        """Take the service."""
        self.groups = groups


class OwnGroupsHandler(OfGroups):
    """The groups with which one may share."""

    @operation("account", returns=schemas.NamedGroups)
    async def get(self) -> schemas.NamedGroups:
        """The groups one is in; all of them, for administrators."""
        return await self.groups.for_sharing(self.user)


class GroupsHandler(OfGroups):
    """Every group."""

    @operation("admin:users", returns=schemas.Groups)
    async def get(self) -> schemas.Groups:
        """Every group with its members, by name."""
        return await self.groups.list()

    @operation(
        "admin:users",
        body=schemas.CreateGroup,
        returns=schemas.Group,
        status=201,
        in_local_mode=False,
    )
    async def post(self, body: schemas.CreateGroup) -> schemas.Group:
        """Make a group."""
        return await self.groups.create(body)


class GroupHandler(OfGroups):
    """One group."""

    @operation("admin:users", returns=schemas.Group)
    async def get(self, group_id: str) -> schemas.Group:
        """One group with its members."""
        return await self.groups.get(parse_id(group_id))

    @operation("admin:users", body=schemas.UpdateGroup, returns=schemas.Group, in_local_mode=False)
    async def patch(self, group_id: str, body: schemas.UpdateGroup) -> schemas.Group:
        """Change a group."""
        return await self.groups.update(parse_id(group_id), body)

    @operation("admin:users", in_local_mode=False)
    async def delete(self, group_id: str) -> None:
        """Delete a group; its members stay."""
        await self.groups.delete(parse_id(group_id))


def routes(groups: GroupService) -> list[Route]:
    """The routes of this feature."""
    service = {"groups": groups}
    return [
        Route("groups", OwnGroupsHandler, service),
        Route("admin/groups", GroupsHandler, service),
        Route("admin/groups/{id}", GroupHandler, service),
    ]
