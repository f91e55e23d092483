"""Builds stores, services and routes: the one place that knows them all."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from dost_ext.admin import handlers as admin_handlers
from dost_ext.auth import background_handlers
from dost_ext.auth import handlers as auth_handlers
from dost_ext.auth.backgrounds import BackgroundService
from dost_ext.auth.passwords import Passwords
from dost_ext.auth.service import AccountService
from dost_ext.auth.sessions import SessionService
from dost_ext.auth.tokens import Tokens
from dost_ext.auth.user_settings import UserSettings
from dost_ext.chat import folder_handlers
from dost_ext.chat import handlers as chat_handlers
from dost_ext.chat.attached import AttachedFiles
from dost_ext.chat.attachments import AttachmentService
from dost_ext.chat.conversations import ConversationService
from dost_ext.chat.executed import MessageHolders, SavedMessages
from dost_ext.chat.folders import FolderService
from dost_ext.chat.grounding import Grounder
from dost_ext.chat.reaper import Reaper
from dost_ext.chat.runs import RunService
from dost_ext.chat.temporary import TemporaryChats
from dost_ext.chat.temporary_conversations import TemporaryConversations
from dost_ext.chat.turns import TurnPlanner
from dost_ext.core.child import keep_running
from dost_ext.core.clock import Clock, utc_now
from dost_ext.core.errors import NotReady
from dost_ext.core.feed import Feed
from dost_ext.core.http import Route
from dost_ext.core.notifications import Notifications
from dost_ext.core.outbound import Outbound
from dost_ext.core.secret import EMBEDDERS, derive_key, load_secret
from dost_ext.core.settings import ServerSettingsService
from dost_ext.core.streams import Streams
from dost_ext.core.tasks import TaskGroup
from dost_ext.execution import handlers as execution_handlers
from dost_ext.execution.kernels.service import KernelService
from dost_ext.execution.service import ExecutionService
from dost_ext.execution.widgets.states import WidgetStates
from dost_ext.execution.workspace.files import WorkspaceFiles
from dost_ext.execution.workspace.workspaces import Workspaces
from dost_ext.files import handlers as file_handlers
from dost_ext.files.service import FileService
from dost_ext.groups import handlers as group_handlers
from dost_ext.groups.service import GroupService
from dost_ext.models import handlers as model_handlers
from dost_ext.models.keys import KeyBox
from dost_ext.models.service import ModelOptions, ModelService
from dost_ext.notebooks import handlers as notebook_handlers
from dost_ext.notebooks.exports import ExportService
from dost_ext.notebooks.imports import ImportService
from dost_ext.prompts import handlers as prompt_handlers
from dost_ext.prompts.service import PromptService
from dost_ext.rag import handlers as rag_handlers
from dost_ext.rag.collections import CollectionService
from dost_ext.rag.documents import DocumentService
from dost_ext.rag.embedding import handlers as embedder_handlers
from dost_ext.rag.embedding.embedders import Embedders
from dost_ext.rag.embedding.service import EmbedderService
from dost_ext.rag.grounding.service import GroundingService
from dost_ext.rag.grounding.sources import SourceService
from dost_ext.rag.news import DocumentNews
from dost_ext.rag.retrieval.service import RetrievalService
from dost_ext.sharing import handlers as sharing_handlers
from dost_ext.sharing.service import SharingService
from dost_ext.storage import Storage
from dost_ext.tools import handlers as tool_handlers
from dost_ext.tools.run_code import RunCode
from dost_ext.tools.service import ToolService
from dost_ext.tools.web import WebFetch, WebSearch
from dost_ext.web import handlers as web_handlers
from dost_ext.web.engines.chosen import engine_of
from dost_ext.web.options import WebOptions
from dost_ext.web.service import WebService

log = logging.getLogger("dost")


@dataclass(frozen=True, slots=True)
class Options:
    """What an operator sets."""

    data_dir: Path
    database_url: str = ""
    cheap_passwords: bool = False
    worker: bool = False
    models: ModelOptions = field(default_factory=ModelOptions)
    web: WebOptions = field(default_factory=WebOptions)


class Services:
    """Everything behind the routes. Built at once, started when the event loop runs."""

    def __init__(
        self, options: Options, *, storage: Storage | None = None, clock: Clock = utc_now
    ) -> None:
        secret = load_secret(options.data_dir)
        self.options = options
        self.storage = storage or Storage(options.data_dir, options.database_url)
        self.database = self.storage.database
        # A random key of 63 bits names this process among all that share the database.
        self.notifications = Notifications(secrets.randbits(63))
        self.streams = Streams()
        self.settings = ServerSettingsService(self.database, self.notifications)
        self.passwords = Passwords(cheap=options.cheap_passwords)
        self.sessions = SessionService(
            self.database,
            self.notifications,
            Tokens(derive_key(secret, "tokens")),
            self.streams,
            clock,
        )
        self.user_settings = UserSettings(self.database, self.notifications)
        self.accounts = AccountService(
            self.database, self.sessions, self.passwords, self.settings, self.user_settings, clock
        )
        self.groups = GroupService(self.database, clock)
        self.backgrounds = BackgroundService(self.database)
        self.models = ModelService(
            self.database,
            self.notifications,
            self.settings,
            derive_key(secret, "providers"),
            options.models,
        )
        self.feed = Feed(self.notifications)
        self.files = FileService(self.database, clock)
        self.temporary = TemporaryChats(self.notifications, clock)
        self._make_kernels(clock)
        self._make_documents(secret, clock)
        self._make_runs(clock)
        self.conversations = ConversationService(self.database, clock, self.runs)
        self.temporary_conversations = TemporaryConversations(self.temporary, self.database, clock)
        self.folders = FolderService(self.database, clock)
        self.prompts = PromptService(self.database, clock)
        self.exports = ExportService(
            self.database, self.conversations, self.folders, self.prompts, self.accounts, clock
        )
        self.imports = ImportService(self.database, clock)
        self.sharing = SharingService(self.database, self.conversations, clock)
        self.reaper = Reaper(
            self.database, self.notifications.lock_key, clock, self.runs.is_writing
        )
        self._tasks = TaskGroup()

    def _make_kernels(self, clock: Clock) -> None:
        saved = SavedMessages(self.database, self.notifications.lock_key)
        holders = MessageHolders(saved, self.temporary, self.database)
        workspaces = Workspaces(self.options.data_dir / "workspaces")
        self.kernels = KernelService(
            self.database, self.notifications, holders, workspaces, self.settings, clock
        )
        self.temporary.forgotten = self.kernels.conversation_gone
        states = WidgetStates(self.database)
        attached = AttachedFiles(self.database, self.temporary)
        self.workspace_files = WorkspaceFiles(workspaces, holders, attached, self.settings)
        self.executions = ExecutionService(
            self.kernels, holders, states, self.workspace_files, clock
        )

    def _make_documents(self, secret: bytes, clock: Clock) -> None:
        self.collections = CollectionService(self.database, clock)
        outbound = Outbound(self.options.web.private)
        self.documents = DocumentService(
            self.database, DocumentNews(self.notifications), outbound, clock
        )
        keys = KeyBox(derive_key(secret, EMBEDDERS))
        self.embedders = Embedders(self.database, keys, threads=2, notifications=self.notifications)
        self.embedding = EmbedderService(self.database, self.embedders, keys)
        self.retrieval = RetrievalService(self.database, self.embedders)
        grounding = GroundingService(self.database, self.retrieval, self.embedders.builtin)
        self.web = WebService(engine_of(self.options.web), outbound, self.embedders.builtin)
        self.grounder = Grounder(grounding, self.documents, self.web)

    def _make_runs(self, clock: Clock) -> None:
        run_code = RunCode(self.kernels, self.executions)
        self.tools = ToolService(
            [run_code, WebSearch(self.web), WebFetch(self.web)], self.user_settings, self.accounts
        )
        planner = TurnPlanner(
            self.models,
            self.user_settings,
            AttachmentService(self.database, self.files),
            SourceService(self.database),
            self.tools,
            self.web,
            clock,
        )
        self.runs = RunService(
            self.database, self.notifications, planner, self.grounder, self.temporary, clock
        )

    def routes(self) -> list[Route]:
        """Every route of the API."""
        return [
            *auth_handlers.routes(self.accounts, self.sessions),
            *background_handlers.routes(self.backgrounds),
            *group_handlers.routes(self.groups),
            *notebook_handlers.routes(self.exports, self.imports),
            *sharing_handlers.routes(self.sharing),
            *chat_handlers.routes(
                self.conversations, self.temporary_conversations, self.runs, self.feed
            ),
            *execution_handlers.routes(self.kernels, self.executions, self.workspace_files),
            *tool_handlers.routes(self.tools),
            *folder_handlers.routes(self.folders),
            *prompt_handlers.routes(self.prompts),
            *file_handlers.routes(self.files),
            *rag_handlers.routes(self.collections, self.documents, self.retrieval),
            *embedder_handlers.routes(self.embedding),
            *web_handlers.routes(self.web),
            *model_handlers.routes(self.models),
            *admin_handlers.routes(self.accounts, self.settings),
        ]

    async def start(self) -> None:
        """Start the database where it is ours, migrate it, and begin to work.

        Raises `NotReady` with the reason when the database cannot be had.
        """
        url = await self.storage.open()
        listening = asyncio.Event()
        self._tasks.start(self.notifications.listen(url, listening), "notifications")
        try:
            await asyncio.wait_for(listening.wait(), 10)
        except TimeoutError:
            raise NotReady("The database accepts no more connections.") from None
        await self.reaper.reap()
        self.runs.open()
        self.kernels.open()
        self.executions.open()
        self._tasks.start(self.reaper.watch(), "reaper")
        self._tasks.start(self.temporary.watch(), "temporary chats")
        self._tasks.start(self.storage.guard(), "database guard")
        await self.models.start()
        if self.options.worker:
            # By the environment, where a password in the URL does not show in lists of processes.
            place = {
                "DOST_DATA_DIR": str(self.options.data_dir),
                "DOST_DATABASE_URL": self.options.database_url,
            }
            self._tasks.start(keep_running("dost_ext", "worker", environment=place), "worker")

    async def stop(self) -> None:
        """End runs as interrupted, then everything else, the database last."""
        await self.runs.close()
        await self.kernels.close()
        await self.executions.close()
        self.streams.close_all()
        await self.models.stop()
        await self.web.close()
        await self.embedders.close()
        await self._tasks.cancel()
        self.passwords.close()
        await self.storage.close()
