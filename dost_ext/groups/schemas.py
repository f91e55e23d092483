"""What crosses the wire about groups."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from dost_ext.core.wire import Request, Response

MOST_MEMBERS = 10_000

GroupName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Description = Annotated[str, Field(max_length=2000)]
Members = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    Field(max_length=MOST_MEMBERS, description="The user names of those who are in it"),
]


class CreateGroup(Request):
    """A new group."""

    name: GroupName
    description: Description = ""
    members: Members = []


class UpdateGroup(Request):
    """Changes to a group; what is left out stays."""

    name: GroupName = ""
    description: Description = ""
    members: Members = []


class Group(Response):
    """A group as administrators see it."""

    id: UUID
    name: str
    description: str
    members: list[str]
    created_at: datetime
    updated_at: datetime


class Groups(Response):
    """Every group, by name."""

    items: list[Group]


class NamedGroup(Response):
    """A group with which one may share."""

    id: UUID
    name: str
    description: str


class NamedGroups(Response):
    """The groups with which one may share, by name."""

    items: list[NamedGroup]
