"""The routes of the prompt library."""

from __future__ import annotations

from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.ids import parse_id
from dost_ext.prompts import schemas
from dost_ext.prompts.service import PromptService


class LibraryHandler(ApiHandler):
    """What the handlers of prompts share."""

    def initialize(self, prompts: PromptService) -> None:
        """Take the service."""
        self.prompts = prompts


class PromptsHandler(LibraryHandler):
    """All prompts one may use."""

    @operation("prompts:read", returns=schemas.Prompts)
    async def get(self) -> schemas.Prompts:
        """One's own prompts and those that others share, by name."""
        return await self.prompts.list(self.user)

    @operation("prompts:write", body=schemas.CreatePrompt, returns=schemas.Prompt, status=201)
    async def post(self, body: schemas.CreatePrompt) -> schemas.Prompt:
        """Make a prompt."""
        return await self.prompts.create(self.user, body)


class PromptHandler(LibraryHandler):
    """One prompt."""

    @operation("prompts:read", returns=schemas.Prompt)
    async def get(self, prompt_id: str) -> schemas.Prompt:
        """One prompt: one's own, or one that somebody shares."""
        return await self.prompts.get(self.user, parse_id(prompt_id))

    @operation("prompts:write", body=schemas.UpdatePrompt, returns=schemas.Prompt)
    async def patch(self, prompt_id: str, body: schemas.UpdatePrompt) -> schemas.Prompt:
        """Change a prompt of one's own."""
        return await self.prompts.update(self.user, parse_id(prompt_id), body)

    @operation("prompts:write")
    async def delete(self, prompt_id: str) -> None:
        """Delete a prompt of one's own; an admin deletes any that is shared."""
        await self.prompts.delete(self.user, parse_id(prompt_id))


def routes(prompts: PromptService) -> list[Route]:
    """The routes of this feature."""
    library = {"prompts": prompts}
    return [
        Route("prompts", PromptsHandler, library),
        Route("prompts/{id}", PromptHandler, library),
    ]
