"""The kernels of conversations: who has which, and what becomes of it."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any
from uuid import UUID

from sqlalchemy import text

from dost_ext.core.clock import Clock
from dost_ext.core.database import Database
from dost_ext.core.errors import Conflict, DostError, Forbidden, NotFound
from dost_ext.core.feed import tell
from dost_ext.core.notifications import Notifications
from dost_ext.core.scopes import Principal, can
from dost_ext.core.tasks import TaskGroup
from dost_ext.execution import schemas, store
from dost_ext.execution.conversation_kernel import ConversationKernel, Owners
from dost_ext.execution.processes import KernelProcesses
from dost_ext.execution.session import READY_SECONDS
from dost_ext.execution.specs import Kernelspecs
from dost_ext.execution.workspaces import Workspaces

log = logging.getLogger("dost")

WATCH_SECONDS = 1.0
# Kernels are processes of some 50 MB.
MOST_A_USER = 8
IDLE_SECONDS = 3600.0

NO_KERNELS = "There are no kernels here."
NO_KERNEL = "The conversation has no kernel. Run a code block, or start one."
UNSANDBOXED = (
    "Code would run here without a sandbox, with all that the server may do. "
    "Only an administrator may run code on this server."
)
TOO_MANY = "All of your {} kernels are busy, and one account has no more. Stop one first."
ELSEWHERE = "Another process of this server has the conversation's kernel. Restart it there."
_IS_FREE = text("select pg_try_advisory_xact_lock(:key)")


class KernelNotStarted(DostError):
    """The kernel could not be started."""

    status = 503
    code = "kernel_not_started"


class KernelService:
    """Starts, finds, interrupts, restarts and ends the kernels of conversations."""

    def __init__(
        self,
        database: Database,
        notifications: Notifications,
        owners: Owners,
        workspaces: Workspaces,
        clock: Clock,
    ) -> None:
        self._database = database
        self._server_key = notifications.lock_key
        self._owners = owners
        self._workspaces = workspaces
        self._clock = clock
        self._processes_: KernelProcesses | None = None
        self._specs: Kernelspecs | None = None
        self._kernels: dict[UUID, ConversationKernel] = {}
        self._tasks = TaskGroup()
        # Kernels that are starting or ending: none is left in the middle.
        self._changes = TaskGroup()
        notifications.on("feed", self._heard)
        notifications.on("account_deleted", self._account_deleted)

    def use(self, manager: Any, specs: Any) -> None:
        """Take Jupyter Server's managers of kernels and kernelspecs."""
        self._processes_ = KernelProcesses(manager)
        self._specs = Kernelspecs(specs, manager)

    def open(self) -> None:
        """Begin to watch the kernels."""
        self._tasks.start(self._watch(), "kernels")

    async def close(self) -> None:
        """End every kernel."""
        await self._tasks.cancel()
        for kernel in self._kernels.values():
            if kernel.alive:
                self._changes.start(self._end(kernel, "server_stopped"), "end of a kernel")
        await self._changes.settle()

    async def specs(self, principal: Principal) -> schemas.Kernelspecs:
        """The kernels that can be started."""
        known = self._demand_specs()
        return schemas.Kernelspecs(
            items=await known.all(),
            default=await known.default(),
            may_run=can(principal, "code:run_unsandboxed"),
        )

    def list(self, principal: Principal) -> schemas.Kernels:
        """The caller's kernels in this process."""
        mine = [one for one in self._kernels.values() if one.owner_id == principal.user_id]
        return schemas.Kernels(items=[one.about for one in mine])

    async def get(self, principal: Principal, conversation_id: UUID) -> schemas.Kernel:
        """The conversation's kernel. Raises `NotFound` where it never had one, or it was ended."""
        saved = await self._owners.demand(principal, conversation_id)
        if (kernel := self._kernels.get(conversation_id)) is not None:
            return kernel.about
        if saved and (lost := await self._lost(conversation_id)) is not None:
            return lost
        raise NotFound(NO_KERNEL, code="no_kernel")

    async def _lost(self, conversation_id: UUID) -> schemas.Kernel | None:
        """The kernel of a process that is no more."""
        async with self._database.begin() as connection:
            row = await store.get_kernel(connection, conversation_id)
            if row is None:
                return None
            if row.server_key != self._server_key and not await connection.scalar(
                _IS_FREE, {"key": row.server_key}
            ):
                raise Conflict(ELSEWHERE, code="kernel_elsewhere")
        names = ("id", "conversation_id", "name", "display_name", "language", "started_at")
        known = {name: getattr(row, name) for name in names}
        return schemas.Kernel(**known, state="dead", reason="server_stopped")

    async def start(
        self, principal: Principal, conversation_id: UUID, name: str | None
    ) -> schemas.Kernel:
        """The conversation's kernel, started where it has none or another one than `name`.

        Raises `NotFound` for an unknown kernelspec, `Forbidden` for who may not run code without a
        sandbox, `Conflict` for one kernel too many, `KernelNotStarted`.
        """
        kernel = await self.demand(principal, conversation_id, name=name)
        if kernel.starting is not None:
            await asyncio.shield(kernel.starting)
        if not kernel.alive:
            raise KernelNotStarted(kernel.about.reason)
        return kernel.about

    def may_run(self, principal: Principal) -> None:
        """Raises `Forbidden` for who may not run code here."""
        if not can(principal, "code:run_unsandboxed"):
            raise Forbidden(UNSANDBOXED, code="no_sandbox")

    async def demand(
        self,
        principal: Principal,
        conversation_id: UUID,
        *,
        name: str | None = None,
        language: str = "",
    ) -> ConversationKernel:
        """The conversation's kernel, which may still be starting.

        Where it has none, one is started: `name`, or else one that speaks `language`, or else the
        default. Raises as `start` does.
        """
        self.may_run(principal)
        saved = await self._owners.demand(principal, conversation_id)
        present = self._kernels.get(conversation_id)
        if present is not None and present.alive and name in (None, present.about.name):
            present.used_at = time.monotonic()
            return present
        specs = self._demand_specs()
        spec = await specs.named(name) if name else await specs.speaking(language)
        if present is None and saved and (lost := await self._lost(conversation_id)) is not None:
            spec = spec if name or language else await specs.named_or_default(lost.name)
        present = self._kernels.get(conversation_id)
        if present is not None and present.alive:
            if name in (None, present.about.name):
                return present
            await self._end(present, "replaced")
        await self._make_room(principal)
        kernel = self._made(principal, conversation_id, spec, saved)
        kernel.starting = self._changes.start(self._start(kernel), f"kernel {kernel.about.id}")
        return kernel

    async def _make_room(self, principal: Principal) -> None:
        """End the kernel that was left alone longest, where the account has all it may have."""
        mine = [k for k in self._kernels.values() if k.alive and k.owner_id == principal.user_id]
        if len(mine) < MOST_A_USER:
            return
        idle = [kernel for kernel in mine if kernel.about.state == "idle"]
        if not idle:
            raise Conflict(TOO_MANY.format(MOST_A_USER), code="too_many_kernels")
        longest = min(idle, key=lambda kernel: kernel.used_at)
        await self._end(longest, "room")
        await self._tell(longest)

    def _made(
        self,
        principal: Principal,
        conversation_id: UUID,
        spec: schemas.Kernelspec,
        saved: bool,
    ) -> ConversationKernel:
        about = schemas.Kernel(
            # Jupyter gives a kernel an id of its own once it starts.
            id=conversation_id,
            conversation_id=conversation_id,
            name=spec.name,
            display_name=spec.display_name,
            language=spec.language,
            state="starting",
            started_at=self._clock(),
        )
        kernel = ConversationKernel(about, principal.user_id, saved)
        self._kernels[conversation_id] = kernel
        return kernel

    async def _start(self, kernel: ConversationKernel) -> None:
        """Start the process and connect to it."""
        try:
            await self._tell(kernel)
            directory = await self._workspaces.made(kernel.about.conversation_id)
            kernel_id = await self._processes.start(kernel.about.name, directory)
            self._change(kernel, id=kernel_id)
            await self._connect(kernel)
            if kernel.saved:
                async with self._database.begin() as connection:
                    noted = kernel.about.model_dump(exclude={"state", "reason"})
                    await store.put_kernel(connection, server_key=self._server_key, **noted)
        except Exception as error:
            log.warning("a kernel %s could not be started: %r", kernel.about.name, error)
            await self._end(kernel, "not_started")
        finally:
            kernel.starting = None
            await self._tell(kernel)

    async def _connect(self, kernel: ConversationKernel) -> None:
        kernel.session = await self._processes.connect(kernel.about.id, lambda: self._busy(kernel))
        if not kernel.alive:
            raise KernelNotStarted("It was ended while it started.")
        self._change(kernel, state="idle")

    def _busy(self, kernel: ConversationKernel) -> None:
        kernel.used_at = time.monotonic()
        if kernel.session is not None and kernel.about.state in ("idle", "busy"):
            self._change(kernel, state="busy" if kernel.session.busy else "idle")

    async def stop(self, principal: Principal, conversation_id: UUID) -> None:
        """End the conversation's kernel; what runs in it ends as dead."""
        about = await self.get(principal, conversation_id)
        kernel = self._kernels.pop(conversation_id, None)
        if kernel is not None and kernel.alive:
            await self._end(kernel, "stopped")
        async with self._database.begin() as connection:
            await store.drop_kernel(connection, conversation_id)
            news = about.model_copy(update={"state": "dead", "reason": "stopped"})
            await tell(connection, principal.user_id, "kernel", news.model_dump(mode="json"))

    async def interrupt(self, principal: Principal, conversation_id: UUID) -> schemas.Kernel:
        """Interrupt what runs in the conversation's kernel."""
        kernel = await self._living(principal, conversation_id)
        if kernel.session is not None:
            kernel.session.interrupting()
            await self._processes.interrupt(kernel.about.id)
        return kernel.about

    async def restart(self, principal: Principal, conversation_id: UUID) -> schemas.Kernel:
        """Start the conversation's kernel anew, without any of its variables."""
        self.may_run(principal)
        kernel = await self._living(principal, conversation_id)
        if kernel.starting is None:
            restarting = self._restart(kernel)
            kernel.starting = self._changes.start(restarting, f"restart of {kernel.about.id}")
        await asyncio.shield(kernel.starting)
        if not kernel.alive:
            raise KernelNotStarted
        return kernel.about

    async def _restart(self, kernel: ConversationKernel) -> None:
        try:
            self._change(kernel, state="restarting")
            await self._tell(kernel)
            session, kernel.session = kernel.session, None
            if session is not None:
                await session.close("restarted")
            await self._processes.restart(kernel.about.id)
            await self._connect(kernel)
        except Exception as error:
            log.warning("kernel %s could not be restarted: %r", kernel.about.id, error)
            await self._end(kernel, "not_started")
        finally:
            kernel.starting = None
            await self._tell(kernel)

    async def _living(self, principal: Principal, conversation_id: UUID) -> ConversationKernel:
        await self._owners.demand(principal, conversation_id)
        kernel = self._kernels.get(conversation_id)
        if kernel is None or not kernel.alive:
            raise NotFound(NO_KERNEL, code="no_kernel")
        return kernel

    async def _end(self, kernel: ConversationKernel, reason: str) -> None:
        """End the process, if there is one; the kernel is dead from here on."""
        if kernel.alive:
            self._change(kernel, state="dead", reason=reason)
        if kernel.starting not in (None, asyncio.current_task()):
            # Jupyter cannot let go of a kernel in the middle; it is ended once it is there.
            await asyncio.wait((kernel.starting,), timeout=READY_SECONDS)
            return
        session, kernel.session = kernel.session, None
        if session is not None:
            await session.close(reason)
        await self._processes.end(kernel.about.id)

    async def _watch(self) -> None:
        """Notice kernels that have died, end those that nobody uses, until cancelled."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for kernel in list(self._kernels.values()):
                try:
                    await self._look_after(kernel)
                except Exception:
                    log.exception("could not look after kernel %s", kernel.about.id)

    async def _look_after(self, kernel: ConversationKernel) -> None:
        if not kernel.alive or kernel.starting is not None:
            return
        reason = await self._processes.state(kernel.about.id)
        unused = time.monotonic() - kernel.used_at
        if reason is None and unused > IDLE_SECONDS and kernel.about.state == "idle":
            reason = "idle"
        if reason is not None:
            await self._end(kernel, reason)
            await self._tell(kernel)

    async def _drop(self, conversation_id: UUID) -> None:
        """The conversation is gone: so is its kernel, and what lay in its directory."""
        kernel = self._kernels.pop(conversation_id, None)
        if kernel is not None and kernel.alive:
            await self._end(kernel, "stopped")
        await self._workspaces.remove(conversation_id)

    def _heard(self, news: Any) -> None:
        _, event, data = news
        if event == "conversation" and data.get("deleted"):
            self.conversation_gone(UUID(data["id"]))

    def conversation_gone(self, conversation_id: UUID) -> None:
        """End the kernel of a conversation that was deleted or forgotten."""
        if conversation_id in self._kernels:
            self._changes.start(self._drop(conversation_id), "kernel of a deleted conversation")

    def _account_deleted(self, user_id: str) -> None:
        for conversation_id, kernel in list(self._kernels.items()):
            if str(kernel.owner_id) == user_id:
                self.conversation_gone(conversation_id)

    def _change(self, kernel: ConversationKernel, **values: Any) -> None:
        kernel.about = kernel.about.model_copy(update=values)

    async def _tell(self, kernel: ConversationKernel) -> None:
        async with self._database.begin() as connection:
            about = kernel.about.model_dump(mode="json")
            await tell(connection, kernel.owner_id, "kernel", about)

    @property
    def _processes(self) -> KernelProcesses:
        if self._processes_ is None:
            raise NotFound(NO_KERNELS)
        return self._processes_

    def _demand_specs(self) -> Kernelspecs:
        if self._specs is None:
            raise NotFound(NO_KERNELS)
        return self._specs
