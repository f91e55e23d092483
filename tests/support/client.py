"""Clients of dost's API: whoever holds a bearer token, and a browser with its cookies."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.sse import Event, events_in, text_of

PASSWORD = "correct horse battery"
TIMEOUT = 60.0


@dataclass
class Answer:
    """What a turn's stream said."""

    events: list[Event] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The events' names in order, runs of equal ones as one."""
        names = [event.name for event in self.events]
        return [n for i, n in enumerate(names) if i == 0 or names[i - 1] != n]

    @property
    def run(self) -> dict[str, Any]:
        """The first event's data."""
        assert self.events[0].name == "run"
        return dict(self.events[0].data)

    @property
    def conversation_id(self) -> str:
        """Where the turn happened."""
        return str(self.run["conversation_id"])

    @property
    def text(self) -> str:
        """The answer as its events tell it."""
        return text_of(self.events)

    @property
    def reasoning(self) -> str:
        """The reasoning as its events tell it."""
        return text_of(self.events, "reasoning")

    @property
    def last(self) -> Event:
        """The event that ends the run."""
        return self.events[-1]

    @property
    def message(self) -> dict[str, Any]:
        """The answer as it was saved."""
        return dict(self.last.data["message"])


class SignsInAgain(httpx.Auth):
    """Signs an account in anew when its access token is spent: a run of tests may outlast one."""

    def __init__(self, api: str, username: str) -> None:
        self._api = api
        self._account = {"username": username, "password": PASSWORD}
        self._token: str | None = None

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request, and once more with a fresh token where the old one is refused."""
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code != 401:
            return
        signed_in = yield httpx.Request("POST", f"{self._api}auth/login", json=self._account)
        signed_in.read()
        self._token = signed_in.json()["access_token"]
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class Client(httpx.Client):
    """Speaks to the API as one account; paths are relative to `api/v1/`."""

    def __init__(self, api: str, token: str | None = None, **options: Any) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        super().__init__(base_url=api, headers=headers, timeout=TIMEOUT, **options)
        self.username = ""

    def ok(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of an answer that must not be an error; None for an empty one."""
        response = self.request(method, path, **options)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def make_conversation(self, **fields: Any) -> dict[str, Any]:
        """A new conversation."""
        return dict(self.ok("POST", "conversations", json=fields))

    def add(
        self, conversation_id: str, content: str, parent_id: str | None = None, role: str = "user"
    ) -> dict[str, Any]:
        """A message that calls no model."""
        body = {"parent_id": parent_id, "role": role, "content": content}
        return dict(self.ok("POST", f"conversations/{conversation_id}/messages", json=body))

    def attach(self, name: str, content: bytes) -> dict[str, Any]:
        """A file that is uploaded, to go with a prompt."""
        return dict(self.ok("POST", "files", files={"file": (name, content)}))

    def send_document(self, name: str, content: bytes, **fields: str) -> dict[str, Any]:
        """A document that is sent, to be read by a worker."""
        sent = {"file": (name, content)}
        return dict(self.ok("POST", "documents", files=sent, data=fields))

    def tree(self, conversation_id: str) -> dict[str, Any]:
        """A conversation's messages by id, and its current leaf."""
        found = self.ok("GET", f"conversations/{conversation_id}/messages")
        return {
            "ids": [m["id"] for m in found["items"]],
            "by_id": {m["id"]: m for m in found["items"]},
            "leaf": found["current_leaf_id"],
        }

    @contextmanager
    def sending(self, content: str | None = None, **fields: Any) -> Iterator[Iterator[Event]]:
        """A turn's events as they come; leaving the block leaves the stream."""
        body = fields if content is None else {"content": content, **fields}
        body.setdefault("model", "fake/echo") if "models" not in body else None
        with self.following("POST", "chat", json=body) as events:
            yield events

    @contextmanager
    def following(self, method: str, path: str, **options: Any) -> Iterator[Iterator[Event]]:
        """The events of a stream as they come."""
        with self.stream(method, path, **options) as response:
            if not response.is_success:
                response.read()
            assert response.is_success, f"{path}: {response.status_code} {response.text}"
            assert response.headers["content-type"].startswith("text/event-stream")
            yield events_in(response.iter_bytes())

    def ask(self, content: str | None = None, **fields: Any) -> Answer:
        """A whole turn."""
        with self.sending(content, **fields) as events:
            return Answer(list(events))

    def rejoin(self, run_id: str, after: int = 0, **options: Any) -> Answer:
        """A run's events after one of them, to the end."""
        path = f"runs/{run_id}/events"
        with self.following("GET", path, params={"after": after}, **options) as events:
            return Answer(list(events))

    def run(self, run_id: str) -> dict[str, Any]:
        """A run as it is now."""
        return dict(self.ok("GET", f"runs/{run_id}"))


def xsrf_of(client: httpx.Client) -> dict[str, str]:
    """The header with which a page answers for its cookie."""
    return {"X-XSRFToken": client.cookies["_xsrf"]}
