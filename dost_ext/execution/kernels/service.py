"""The kernels of conversations: who has which, and what becomes of it."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from dost_ext.core.clock import Clock
from dost_ext.core.database import Database
from dost_ext.core.errors import Conflict, Forbidden, NotFound
from dost_ext.core.feed import tell
from dost_ext.core.gateway import Gateway
from dost_ext.core.notifications import Notifications, is_gone
from dost_ext.core.scopes import Principal
from dost_ext.core.settings import ServerSettingsService
from dost_ext.core.tasks import TaskGroup
from dost_ext.execution import schemas, store
from dost_ext.execution.kernels.conversation_kernel import ConversationKernel, Owners
from dost_ext.execution.kernels.environment import forgetful
from dost_ext.execution.kernels.languages import speaks
from dost_ext.execution.kernels.lifecycle import KernelNotStarted, Lifecycle
from dost_ext.execution.kernels.policy import KernelPolicy
from dost_ext.execution.kernels.pool import KernelPool
from dost_ext.execution.kernels.processes import KernelProcesses
from dost_ext.execution.kernels.session import KernelSession
from dost_ext.execution.kernels.specs import Kernelspecs
from dost_ext.execution.workspace.at_gateway import GatewayWorkspaces
from dost_ext.execution.workspace.workspaces import Workspaces

log = logging.getLogger("dost")

WATCH_SECONDS = 1.0

NO_KERNELS = "There are no kernels here."
NO_KERNEL = "The conversation has no kernel. Run a code block, or start one."
NO_SUCH_KERNEL = "You have no such kernel, or it is gone."
UNSANDBOXED = (
    "Code would run here without a sandbox, with all that the server may do, so only an "
    "administrator may run it. There is no sandbox: {}."
)
TOO_MANY = "All of your {} kernels are busy, and one account has no more. Stop one first."
ELSEWHERE = "Another process of this server has the conversation's kernel. Restart it there."


class KernelService:
    """Starts, finds, interrupts, restarts and ends the kernels of conversations."""

    def __init__(
        self,
        database: Database,
        notifications: Notifications,
        owners: Owners,
        workspaces: Workspaces,
        settings: ServerSettingsService,
        clock: Clock,
    ) -> None:
        self._database = database
        self._server_key = notifications.lock_key
        self._owners = owners
        self._workspaces = workspaces
        self._settings = settings
        self._clock = clock
        self._lifecycle_: Lifecycle | None = None
        self._policy_: KernelPolicy | None = None
        self._kernels: dict[UUID, ConversationKernel] = {}
        self._tasks = TaskGroup()
        notifications.on("feed", self._heard)
        notifications.on("account_deleted", self._account_deleted)

    def use(
        self,
        manager: Any,
        specs: Any,
        *,
        ours: bool,
        no_sandbox: str | None,
        at_gateway: Gateway | None,
    ) -> None:
        """Take Jupyter Server's managers of kernels and kernelspecs.

        Where they are `ours` alone, spare kernels wait for whoever runs code next, and none
        keeps a history; else they are those of the people who run Jupyter. Kernels are in
        sandboxes unless `no_sandbox` says why not, as the end of a sentence. Kernels at a gateway
        are reached by `at_gateway`, and so are their files, where it keeps some.
        """
        there = GatewayWorkspaces(at_gateway) if at_gateway is not None else None
        self._workspaces.gateway = there
        policy = KernelPolicy(
            self._settings, against=no_sandbox, hidden=self._workspaces.root.parent
        )
        environment: dict[str, str] = {}
        if ours:
            environment, config = forgetful(self._workspaces.beside("ipython"))
            policy.keep_no_history(config)
        processes = KernelProcesses(
            manager,
            policy,
            environment,
            at_gateway.channels_of if at_gateway is not None else None,
            there.start if there is not None else None,
        )
        pool = KernelPool(processes, self._workspaces) if ours else None
        known = Kernelspecs(specs, manager, at_gateway=at_gateway is not None)
        self._policy_ = policy
        self._lifecycle_ = Lifecycle(processes, known, policy, pool, self._workspaces, self._tell)

    def open(self) -> None:
        """Begin to watch the kernels."""
        if self._policy_ is not None:
            self._tasks.start(self._policy_.against_sandbox(), "probe of the sandbox")
        self._tasks.start(self._watch(), "kernels")

    async def close(self) -> None:
        """End every kernel."""
        await self._tasks.cancel()
        if self._lifecycle_ is None:
            return
        for kernel in self._kernels.values():
            if kernel.alive:
                self._lifecycle.end_soon(kernel, "server_stopped")
        await self._lifecycle.close()

    async def specs(self, principal: Principal) -> schemas.Kernelspecs:
        """The kernels that can be started."""
        known = self._lifecycle.specs
        may_run = await self._policy.may_run(principal)
        if may_run:  # who asks has code before them
            await self._lifecycle.warm()
        return schemas.Kernelspecs(
            items=await known.all(),
            default=await known.default(),
            may_run=may_run,
            no_sandbox=await self._policy.against_sandbox(),
        )

    async def speaking(self, language: str) -> str | None:
        """What people call an installed kernel that speaks a language; None where there is none."""
        for spec in await self._lifecycle.specs.all():
            if speaks(spec.language, language):
                return spec.display_name
        return None

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
            is_imported = row.server_key == store.NOBODY
            is_ours = row.server_key in (store.NOBODY, self._server_key)
            if not is_ours and not await is_gone(connection, row.server_key):
                raise Conflict(ELSEWHERE, code="kernel_elsewhere")
        names = ("id", "conversation_id", "name", "display_name", "language", "started_at")
        known = {name: getattr(row, name) for name in names}
        reason = "imported" if is_imported else "server_stopped"
        return schemas.Kernel(**known, state="dead", reason=reason)

    async def start(
        self, principal: Principal, conversation_id: UUID, name: str | None
    ) -> schemas.Kernel:
        """The conversation's kernel, started where it has none or another one than `name`.

        Raises `NotFound` for an unknown kernelspec, `Forbidden` for who may not run code without a
        sandbox, `Conflict` for one kernel too many, `KernelNotStarted`.
        """
        kernel = await self.demand(principal, conversation_id, name=name)
        return await _there(kernel)

    async def may_run(self, principal: Principal) -> None:
        """Raises `Forbidden` for who may not run code here."""
        if not await self._policy.may_run(principal):
            why = await self._policy.against_sandbox()
            raise Forbidden(UNSANDBOXED.format(why), code="no_sandbox")

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
        await self.may_run(principal)
        saved = await self._owners.demand(principal, conversation_id)
        present = self._kernels.get(conversation_id)
        if present is not None and present.alive and name in (None, present.about.name):
            present.used_at = time.monotonic()
            return present
        specs = self._lifecycle.specs
        spec = await specs.named(name) if name else await specs.speaking(language)
        if present is None and saved and (lost := await self._lost(conversation_id)) is not None:
            spec = spec if name or language else await specs.named_or_default(lost.name)
        if present is not None and present.alive:
            await self._lifecycle.end(present, "replaced")
        await self._make_room(principal)
        # Somebody else may have started one meanwhile; from here on nobody comes in between.
        present = self._kernels.get(conversation_id)
        if present is None or not present.alive:
            present = self._made(principal, conversation_id, spec, saved)
            self._lifecycle.start(present)
        return present

    async def _make_room(self, principal: Principal) -> None:
        """End the kernel that was left alone longest, where the account has all it may have."""
        mine = [k for k in self._kernels.values() if k.alive and k.owner_id == principal.user_id]
        most = await self._policy.most_kernels()
        if len(mine) < most:
            return
        idle = [kernel for kernel in mine if kernel.at_rest]
        if not idle:
            raise Conflict(TOO_MANY.format(most), code="too_many_kernels")
        longest = min(idle, key=lambda kernel: kernel.used_at)
        await self._lifecycle.end(longest, "room")
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
        if (before := self._kernels.get(conversation_id)) is not None:
            kernel.telling = before.telling
        self._kernels[conversation_id] = kernel
        return kernel

    async def stop(self, principal: Principal, conversation_id: UUID) -> None:
        """End the conversation's kernel; what runs in it ends as dead."""
        about = await self.get(principal, conversation_id)
        kernel = self._kernels.pop(conversation_id, None)
        if kernel is not None and kernel.alive:
            await self._lifecycle.end(kernel, "stopped")
        telling = kernel.telling if kernel is not None else nullcontext()
        async with telling, self._database.begin() as connection:
            await store.drop_kernel(connection, conversation_id)
            news = about.model_copy(update={"state": "dead", "reason": "stopped"})
            await tell(connection, principal.user_id, "kernel", news.model_dump(mode="json"))

    async def interrupt(self, principal: Principal, conversation_id: UUID) -> schemas.Kernel:
        """Interrupt what runs in the conversation's kernel."""
        kernel = await self._living(principal, conversation_id)
        await self.interrupt_code(kernel)
        return kernel.about

    async def interrupt_code(self, kernel: ConversationKernel) -> None:
        """Interrupt what runs in a kernel."""
        await self._lifecycle.interrupt(kernel)

    async def would_run(
        self, principal: Principal, conversation_id: UUID | None
    ) -> schemas.Kernelspec:
        """The kernelspec that code of a conversation, or of a new one, would run in.

        Raises `NotFound` where none is installed or the conversation is another's.
        """
        specs = self._lifecycle.specs
        name = await specs.default() or ""
        if conversation_id is not None:
            saved = await self._owners.demand(principal, conversation_id)
            if (present := self._kernels.get(conversation_id)) is not None:
                name = present.about.name
            elif saved and (lost := await self._lost(conversation_id)) is not None:
                name = lost.name
        return await specs.named_or_default(name)

    async def has_network(self) -> bool:
        """Whether code may reach other machines, as far as dost knows."""
        sandbox = await self._policy.sandbox()
        return sandbox is None or sandbox.limits.network

    async def restart(self, principal: Principal, conversation_id: UUID) -> schemas.Kernel:
        """Start the conversation's kernel anew, without any of its variables."""
        await self.may_run(principal)
        kernel = await self._living(principal, conversation_id)
        self._lifecycle.restart(kernel)
        return await _there(kernel)

    async def line_to(self, principal: Principal, kernel_id: UUID) -> KernelSession:
        """The line to one of the caller's kernels. Raises `NotFound` where it has none such."""
        await self.may_run(principal)
        for kernel in self._kernels.values():
            is_it = kernel.about.id == kernel_id and kernel.alive
            if is_it and kernel.owner_id == principal.user_id:
                await _there(kernel)
                if kernel.session is not None:
                    return kernel.session
        raise NotFound(NO_SUCH_KERNEL)

    async def _living(self, principal: Principal, conversation_id: UUID) -> ConversationKernel:
        await self._owners.demand(principal, conversation_id)
        kernel = self._kernels.get(conversation_id)
        if kernel is None or not kernel.alive:
            raise NotFound(NO_KERNEL, code="no_kernel")
        return kernel

    async def _watch(self) -> None:
        """Look after the kernels until cancelled."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                if self._lifecycle_ is not None:
                    await self._lifecycle.look_after(list(self._kernels.values()))
            except Exception:
                log.exception("could not look after the kernels")

    def _heard(self, news: Any) -> None:
        _, event, data = news
        if event == "conversation" and data.get("deleted"):
            self.conversation_gone(UUID(data["id"]))

    def conversation_gone(self, conversation_id: UUID) -> None:
        """End the kernel of a conversation that was deleted or forgotten."""
        kernel = self._kernels.pop(conversation_id, None)
        if kernel is not None or self._workspaces.of(conversation_id).exists():
            self._lifecycle.drop(kernel, conversation_id)

    def _account_deleted(self, user_id: str) -> None:
        for conversation_id, kernel in list(self._kernels.items()):
            if str(kernel.owner_id) == user_id:
                self.conversation_gone(conversation_id)

    async def _tell(self, kernel: ConversationKernel) -> None:
        """Tell its owner's tabs how a kernel is; one that has come to life is noted."""
        async with kernel.telling:
            if self._kernels.get(kernel.about.conversation_id) is not kernel:
                return  # it is the conversation's no more
            is_new = kernel.saved and kernel.session is not None and not kernel.noted
            try:
                async with self._database.begin() as connection:
                    if is_new:
                        noted = kernel.about.model_dump(exclude={"state", "reason"})
                        await store.put_kernel(connection, server_key=self._server_key, **noted)
                    about = kernel.about.model_dump(mode="json")
                    await tell(connection, kernel.owner_id, "kernel", about)
            except IntegrityError:
                return  # the conversation was deleted a moment ago
            kernel.noted = kernel.noted or is_new

    @property
    def _lifecycle(self) -> Lifecycle:
        if self._lifecycle_ is None:
            raise NotFound(NO_KERNELS)
        return self._lifecycle_

    @property
    def _policy(self) -> KernelPolicy:
        if self._policy_ is None:
            raise NotFound(NO_KERNELS)
        return self._policy_


async def _there(kernel: ConversationKernel) -> schemas.Kernel:
    """A kernel once it has started. Raises `KernelNotStarted`."""
    if kernel.starting is not None:
        await asyncio.shield(kernel.starting)
    if not kernel.alive:
        raise KernelNotStarted
    return kernel.about
