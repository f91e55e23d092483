"""The one interface behind which every provider streams."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Protocol

from dost_ext.core.params import ChatParams
from dost_ext.models.events import ModelEvent


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question to one model.

    ``model`` is the provider's own name for it; ``messages`` are in OpenAI's shape
    (``content`` is text, or a list of text and image parts), and so are ``tools``.
    """

    model: str
    messages: list[dict[str, Any]]
    params: ChatParams = field(default_factory=ChatParams)
    tools: list[dict[str, Any]] = field(default_factory=list)


class ModelClient(Protocol):
    """Something that answers chat requests."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream the answer; all text that one upstream read brought is one delta.

        The last event is ``Finished``. Closing the generator, or cancelling the task that reads it,
        closes the connection to the provider at once.

        Raises:
            UpstreamFailed: with a code and a sentence for the user; what came before stays.
        """
        ...
