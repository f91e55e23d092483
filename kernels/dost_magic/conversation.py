"""The one conversation that a notebook session has."""

from __future__ import annotations

import contextlib
from typing import Any

from dost_magic.answer import GrowingAnswer
from dost_magic.client import DostClient
from dost_magic.documents import Named, sources_of
from dost_magic.errors import DostError, Refused, Stopped


class Conversation:
    """Asks within one conversation; the first question starts it."""

    def __init__(self, client: DostClient) -> None:
        self.client = client
        self.id: str | None = None
        self.model: str | None = None

    def ask(self, prompt: str, model: str | None, named: Named | None = None) -> None:
        """Show the answer to `prompt` in the running cell as it comes, and what it rests on.

        `named` are the documents and collections that it and those after it are to rest on.

        Raises a DostError with what went wrong, and Stopped when the reader interrupts.
        """
        try:
            self._ask(prompt, model, named)
        except Refused as error:
            if error.status != 404 or self.id is None:
                raise
            self.id = None  # deleted meanwhile, for example in the panel
            self._ask(prompt, model, named)

    def _ask(self, prompt: str, model: str | None, named: Named | None) -> None:
        body: dict[str, Any] = {"content": prompt}
        if self.id is not None:
            body["conversation_id"] = self.id
        if model is not None:
            body["model"] = model
        if named is not None:
            body |= named.body()
        events = self.client.chat(body)
        first = next(events)
        self.id = first.data["conversation_id"]
        self.model = first.data.get("model", model)
        answer = GrowingAnswer()
        try:
            for event in events:
                if event.name == "delta":
                    answer.add(event.data["text"])
                elif event.name == "done":
                    answer.add(sources_of(event.data["message"]))
                elif event.name == "error":
                    raise DostError(event.data["problem"]["detail"])
        except KeyboardInterrupt:
            # The server may be what has gone: then the run has ended with it.
            with contextlib.suppress(DostError):
                self.client.cancel(first.data["run_id"])
            raise Stopped from None
        finally:
            answer.flush()
