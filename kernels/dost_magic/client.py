"""Speaks dost's HTTP API with the standard library alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from dost_magic.discovery import Server
from dost_magic.errors import NoServer, Refused
from dost_magic.form import Form
from dost_magic.sse import Event, read_events

SILENCE = 60.0
"""Seconds without a byte after which a connection counts as lost; the server pings every 15."""

REJOINS = 5
"""How often a lost stream is taken up again, after 0.2, 0.4, 0.8 … seconds."""

LAST_EVENTS = frozenset({"done", "error"})


class DostClient:
    """One server's API, for one user."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._parts = urlsplit(server.url)

    def get(self, path: str) -> dict[str, Any]:
        """Return the JSON at `path` below the API."""
        return self._json("GET", path)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send JSON to `path`; the JSON of the answer."""
        return self._json("POST", path, body)

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> dict[str, Any]:
        """Send a file and form fields to `path`; the JSON of the answer."""
        with self._open("POST", path, Form(name, content, fields)) as response:
            return dict(json.loads(response.read()))

    def follow(self, path: str) -> Iterator[Event]:
        """Yield the events at `path` until the server ends them."""
        with self._open("GET", path) as response:
            try:
                yield from read_events(response)
            except (OSError, HTTPException) as error:
                raise self._lost(error) from error

    def cancel(self, run_id: str) -> None:
        """Stop a run; what it has written stays."""
        self._json("POST", f"runs/{run_id}/cancel", {})

    def chat(self, body: dict[str, Any]) -> Iterator[Event]:
        """Ask, and yield the run's events up to its last one; a cut connection is taken up again.

        Raises NoServer or Refused with a sentence.
        """
        run_id, seen, failures = "", 0, 0
        while True:
            try:
                for event in self._events(run_id, seen, body):
                    run_id = event.data.get("run_id", run_id) if event.name == "run" else run_id
                    seen, failures = max(seen, event.id), 0
                    yield event
                    if event.name in LAST_EVENTS:
                        return
            except NoServer:
                if not run_id or failures >= REJOINS:
                    raise
            if not run_id or failures >= REJOINS:
                raise NoServer(f"The connection to dost at {self.server.url} was cut.")
            time.sleep(0.2 * 2**failures)
            failures += 1

    def _events(self, run_id: str, seen: int, body: dict[str, Any]) -> Iterator[Event]:
        if run_id:
            response = self._open("GET", f"runs/{run_id}/events?after={seen}")
        else:
            response = self._open("POST", "chat", body)
        with response:
            try:
                yield from read_events(response)
            except (OSError, HTTPException) as error:
                raise self._lost(error) from error

    def _json(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        with self._open(method, path, body) as response:
            content = response.read()
            return json.loads(content) if content else {}

    def _open(
        self, method: str, path: str, body: dict[str, Any] | Form | None = None
    ) -> HTTPResponse:
        secure = self._parts.scheme == "https"
        host, port = self._parts.hostname or "", self._parts.port
        connection = (HTTPSConnection if secure else HTTPConnection)(host, port, timeout=SILENCE)
        headers = {"Accept": "application/json, text/event-stream", "Connection": "close"}
        if self.server.authorization:
            headers["Authorization"] = self.server.authorization
        content: bytes | None = None
        if isinstance(body, Form):
            headers["Content-Type"], content = body.encoded()
        elif body is not None:
            headers["Content-Type"], content = "application/json", json.dumps(body).encode()
        try:
            connection.request(method, f"{self._parts.path}api/v1/{path}", content, headers)
            response = connection.getresponse()
        except (OSError, HTTPException) as error:
            connection.close()
            raise self._lost(error) from error
        if response.status >= 300:
            with response:
                raise _refusal(response.status, response.read())
        return response

    def _lost(self, error: Exception) -> NoServer:
        reason = "it did not answer in time" if isinstance(error, TimeoutError) else str(error)
        return NoServer(f"dost cannot be reached at {self.server.url}: {reason}.")


def _refusal(status: int, content: bytes) -> Refused:
    """The server's problem as one sentence."""
    try:
        problem = json.loads(content)
        detail, code = str(problem.get("detail", "")), str(problem.get("code", ""))
    except (ValueError, AttributeError):
        detail, code = "", ""
    if status in (401, 403):
        advice = "Set DOST_API_KEY to a key from dost's settings and restart the kernel."
        return Refused(f"{detail or 'dost does not let this kernel in.'} {advice}", status, code)
    if status == 404 and not code:
        return Refused("This Jupyter server has no dost. Install its wheel there.", 404)
    return Refused(detail or f"dost answered with status {status}.", status, code)
