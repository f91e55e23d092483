"""The routes of kernels and executions."""

from __future__ import annotations

from dost_ext.core.downloads import DownloadHandler
from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.ids import parse_id
from dost_ext.core.sse import StreamHandler
from dost_ext.core.uploads import UploadHandler
from dost_ext.execution import schemas
from dost_ext.execution.kernels.service import KernelService
from dost_ext.execution.service import ExecutionService
from dost_ext.execution.widgets.channels import ChannelsHandler
from dost_ext.execution.workspace.files import OPAQUE, WorkspaceFiles


class KernelHandler(ApiHandler):
    """What the handlers of kernels share."""

    def initialize(self, kernels: KernelService) -> None:
        """Take the service."""
        self.kernels = kernels


class KernelspecsHandler(KernelHandler):
    """The kernels that are installed."""

    @operation("code:run", returns=schemas.Kernelspecs)
    async def get(self) -> schemas.Kernelspecs:
        """The kernels that can be started, and which is started where none is named."""
        return await self.kernels.specs(self.user)


class KernelsHandler(KernelHandler):
    """One's kernels."""

    @operation("code:run", returns=schemas.Kernels)
    async def get(self) -> schemas.Kernels:
        """The kernels of all one's conversations."""
        return self.kernels.list(self.user)


class ConversationKernelHandler(KernelHandler):
    """A conversation's kernel."""

    @operation("code:run", returns=schemas.Kernel)
    async def get(self, conversation_id: str) -> schemas.Kernel:
        """The conversation's kernel and its state; 404 where it has none."""
        return await self.kernels.get(self.user, parse_id(conversation_id))

    @operation("code:run", body=schemas.StartKernel, returns=schemas.Kernel)
    async def post(self, conversation_id: str, body: schemas.StartKernel) -> schemas.Kernel:
        """The conversation's kernel, started where it has none or another one than `name`."""
        return await self.kernels.start(self.user, parse_id(conversation_id), body.name)

    @operation("code:run")
    async def delete(self, conversation_id: str) -> None:
        """End the conversation's kernel."""
        await self.kernels.stop(self.user, parse_id(conversation_id))


class InterruptHandler(KernelHandler):
    """Interrupting a kernel."""

    @operation("code:run", returns=schemas.Kernel)
    async def post(self, conversation_id: str) -> schemas.Kernel:
        """Interrupt what runs in the conversation's kernel."""
        return await self.kernels.interrupt(self.user, parse_id(conversation_id))


class RestartHandler(KernelHandler):
    """Restarting a kernel."""

    @operation("code:run", returns=schemas.Kernel)
    async def post(self, conversation_id: str) -> schemas.Kernel:
        """Start the conversation's kernel anew, without its variables."""
        return await self.kernels.restart(self.user, parse_id(conversation_id))


class ExecutingHandler(StreamHandler):
    """What the handlers of executions share."""

    def initialize(self, executions: ExecutionService) -> None:
        """Take the service."""
        self.executions = executions


class ExecuteHandler(ExecutingHandler):
    """Running a message's code."""

    @operation("code:run", body=schemas.Execute, streams=True)
    async def post(self, message_id: str, body: schemas.Execute) -> None:
        """Run a block of the message; what it shows streams, and is kept whoever listens."""
        live = await self.executions.start(self.user, parse_id(message_id), body)
        await self.stream(live.follow())


class ExecutionEventsHandler(ExecutingHandler):
    """An execution's events."""

    @operation("code:run", streams=True)
    async def get(self, execution_id: str) -> None:
        """Rejoin an execution: all that it has shown, then what comes."""
        await self.stream(self.executions.follow(self.user, parse_id(execution_id)))


class InputHandler(ExecutingHandler):
    """Input for running code."""

    @operation("code:run", body=schemas.AnswerInput)
    async def post(self, execution_id: str, body: schemas.AnswerInput) -> None:
        """Give the code the line that it asks for."""
        self.executions.answer(self.user, parse_id(execution_id), body.text)


class WidgetsHandler(ExecutingHandler):
    """The widgets of an execution."""

    @operation("code:run", returns=schemas.WidgetState)
    async def get(self, execution_id: str) -> schemas.WidgetState:
        """The state of all widgets that the execution's outputs need to be shown."""
        return await self.executions.widgets(self.user, parse_id(execution_id))


class WorkspaceHandler(UploadHandler):
    """The files of a conversation's code."""

    def initialize(self, files: WorkspaceFiles) -> None:
        """Take the service."""
        self.files = files

    @operation("code:run", returns=schemas.WorkspaceFiles)
    async def get(self, conversation_id: str) -> schemas.WorkspaceFiles:
        """What is in the kernel's working directory."""
        return await self.files.list(self.user, parse_id(conversation_id))

    @operation("code:run", returns=schemas.WorkspaceFile, status=201, upload=True)
    async def post(self, conversation_id: str) -> schemas.WorkspaceFile:
        """Put a file into the kernel's working directory, under its own name."""
        known = parse_id(conversation_id)
        return await self.files.put(self.user, known, None, self.uploaded)


class WorkspaceFileHandler(UploadHandler, DownloadHandler):
    """A file of a conversation's code."""

    def initialize(self, files: WorkspaceFiles) -> None:
        """Take the service."""
        self.files = files

    @operation("code:run", streams=True, media=(OPAQUE,))
    async def get(self, conversation_id: str, path: str) -> None:
        """A file, to be saved."""
        await self.download(await self.files.get(self.user, parse_id(conversation_id), path))

    @operation("code:run", returns=schemas.WorkspaceFile, status=201, upload=True)
    async def post(self, conversation_id: str, path: str) -> schemas.WorkspaceFile:
        """Put a file there, in the place of one that is there already."""
        known = parse_id(conversation_id)
        return await self.files.put(self.user, known, path, self.uploaded)

    @operation("code:run")
    async def delete(self, conversation_id: str, path: str) -> None:
        """Delete a file, or a directory with all that is in it."""
        await self.files.delete(self.user, parse_id(conversation_id), path)


def routes(
    kernels: KernelService, executions: ExecutionService, files: WorkspaceFiles
) -> list[Route]:
    """The routes of this feature."""
    keeping = {"kernels": kernels}
    executing = {"executions": executions}
    having = {"files": files}
    return [
        Route("kernelspecs", KernelspecsHandler, keeping),
        Route("kernels", KernelsHandler, keeping),
        Route("kernels/{id}/channels", ChannelsHandler, keeping),
        Route("conversations/{id}/kernel", ConversationKernelHandler, keeping),
        Route("conversations/{id}/kernel/interrupt", InterruptHandler, keeping),
        Route("conversations/{id}/kernel/restart", RestartHandler, keeping),
        Route("conversations/{id}/files", WorkspaceHandler, having),
        Route("conversations/{id}/files/{path}", WorkspaceFileHandler, having),
        Route("messages/{id}/execute", ExecuteHandler, executing),
        Route("executions/{id}/events", ExecutionEventsHandler, executing),
        Route("executions/{id}/input", InputHandler, executing),
        Route("executions/{id}/widgets", WidgetsHandler, executing),
    ]
