"""A town that documents tell of, and what a chat made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.client import Answer
from tests.support.documents import pdf
from tests.support.fake_control import FakeControl

PAGES = (
    "The harbour of Norburg was built in 1871 from granite. Its mole is 340 metres long.",
    "The library of Norburg holds 48,000 volumes. It burned down in 1903 and was built anew.",
    "The bakery on the market square opens at six. Its rye bread is known in the whole valley.",
)
FILLING = ("Ships lie there. ", "Books stand there. ", "Loaves lie there. ")
LONG_PAGES = [f"{page}\n" + more * 40 for page, more in zip(PAGES, FILLING, strict=True)]
BOOK = [
    f"Chapter {n}. The keeper of lighthouse {n} counts ships by day and by night. " * 12
    for n in range(1, 41)
]


def town(read: Callable[..., dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """A document of three pages."""
    return read("norburg.pdf", pdf(*LONG_PAGES), **fields)


def sent(fake: FakeControl, place: int = -1) -> str:
    """The last message that the model was sent."""
    return str(fake.requests()[place]["body"]["messages"][-1]["content"])


def cited(answer: Answer) -> list[dict[str, Any]]:
    """What the run said that its answer may cite."""
    (event,) = (one for one in answer.events if one.name == "citations")
    return list(event.data["items"])


def stages(answer: Answer) -> list[str]:
    """What the run said that it does before it answers."""
    return [one.data["stage"] for one in answer.events if one.name == "status"]


def passages_of(document: dict[str, Any]) -> dict[str, str]:
    """A document of which only passages are given."""
    return {"document_id": document["id"], "use": "passages"}
