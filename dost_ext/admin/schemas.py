"""What crosses the wire about administration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dost_ext.auth.schemas import Register, User
from dost_ext.core.wire import Request, Response

RoleName = Literal["admin", "user", "pending"]


class ChangeServerSettings(Request):
    """Some of the server's settings; those left out stay."""

    sign_up: Literal["open", "closed"] = "open"
    default_role: Literal["user", "pending"] = "user"
    default_model: Annotated[str, Field(max_length=300)] | None = None
    code_memory_mb: Annotated[int, Field(ge=128, le=16_777_216)] = Field(
        default=2048, description="Memory of one kernel with all that it starts"
    )
    code_disk_mb: Annotated[int, Field(ge=1, le=16_777_216)] = Field(
        default=2048, description="Files of one conversation's kernel"
    )
    code_processes: Annotated[int, Field(ge=32, le=100_000)] = Field(
        default=256, description="Processes and threads of one kernel"
    )
    code_cores: Annotated[int, Field(ge=0, le=4096)] = Field(
        default=0, description="Processor cores of one kernel; 0 stands for all"
    )
    code_network: bool = Field(
        default=False, description="Whether kernels are in the machine's network"
    )
    code_kernels: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=8, description="Kernels of one account"
    )
    code_idle_minutes: Annotated[int, Field(ge=1, le=43_200)] = Field(
        default=60, description="After that long without use a kernel is ended"
    )


class AddUser(Register):
    """An account that an admin makes; the password is told to its owner, who changes it."""

    role: RoleName = "user"


class ChangeUser(Request):
    """What an admin changes about an account."""

    role: RoleName


class Users(Response):
    """Every account."""

    items: list[User]
