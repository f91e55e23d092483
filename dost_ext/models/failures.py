"""Turns everything that goes wrong with a provider into one sentence that says what to do."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from dost_ext.core.errors import UpstreamFailed

SETTINGS = "Settings → Models"
# How providers spell keys when they quote them back to us, masked or not.
_KEY_LIKE = re.compile(r"\b(?:sk|gsk|fw|xai|pplx|r8|hf)[-_][\w*.-]{6,}|\bAIza[\w-]{10,}|Bearer \S+")
_LONGEST_QUOTE = 300
# Replacing a shorter key ("none", "x") would only tear words apart.
SHORTEST_KEY = 8


class Failures:
    """The words for one provider; no method ever shows its key."""

    def __init__(
        self,
        provider: str,
        base_url: str,
        api_key: str | None = None,
        *,
        settings: str = SETTINGS,
    ) -> None:
        address = urlsplit(base_url)
        host = address.netloc.rpartition("@")[2]
        self.where = f"{provider} at {address.scheme}://{host}{address.path}" if host else provider
        self._api_key = api_key
        # Where what is wrong is put right.
        self._settings = settings

    def status(self, status: int, body: bytes, model: str) -> UpstreamFailed:
        """The provider answered with an HTTP error."""
        return self._by_status(status, message_of(body), model)

    def reported(self, error: Any, model: str) -> UpstreamFailed:
        """The provider answered 200 and then sent an error object."""
        status = error.get("code", error.get("status")) if isinstance(error, dict) else None
        message = text_of_error(error)
        if isinstance(status, int) and 400 <= status < 600:
            return self._by_status(status, message, model)
        return UpstreamFailed(
            f"{self.where} reported an error: {self._quote(message)}", code="upstream_error"
        )

    def connection(self, error: Exception) -> UpstreamFailed:
        """No connection came about, or it broke before an answer."""
        if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
            said = "shows a certificate that this machine does not trust"
            advice = f"Check the address in {self._settings}, or install the certificate authority"
        elif isinstance(error, aiohttp.ClientConnectorDNSError):
            said = "cannot be found: its name has no address"
            advice = f"Check the address in {self._settings} and this machine's network"
        elif isinstance(error, aiohttp.ClientConnectorError):
            said = "refused the connection"
            advice = f"Check that the server is running, and its address in {self._settings}"
        elif isinstance(error, aiohttp.ClientResponseError | aiohttp.InvalidURL):
            return self.malformed("an answer that is not HTTP")
        else:
            said = "closed the connection without an answer"
            advice = "Check that the server is running, then try again"
        return UpstreamFailed(f"{self.where} {said}. {advice}.", code="upstream_refused")

    def timeout(self, seconds: float) -> UpstreamFailed:
        """No connection or no answer in time."""
        return UpstreamFailed(
            f"{self.where} did not answer within {seconds:g} seconds. "
            "Try again, or choose another model.",
            code="upstream_timeout",
        )

    def silent(self, seconds: float) -> UpstreamFailed:
        """The answer began, then nothing more came."""
        return UpstreamFailed(
            f"{self.where} sent nothing for {seconds:g} seconds, so the answer was given up. "
            "What came before is kept; continue it or try again.",
            code="upstream_silent",
        )

    def cut(self) -> UpstreamFailed:
        """The connection ended in the middle of the answer."""
        return UpstreamFailed(
            f"{self.where} closed the connection before the answer was complete. "
            "What came before is kept; continue it or try again.",
            code="upstream_cut",
        )

    def malformed(self, what: str) -> UpstreamFailed:
        """The provider sent something we cannot read."""
        return UpstreamFailed(
            f"{self.where} sent {what}. "
            f"Check that its address and kind in {self._settings} are right.",
            code="upstream_malformed",
        )

    def _by_status(self, status: int, message: str, model: str) -> UpstreamFailed:
        said, advice, code = _sentence(status, model, self._settings)
        quote = f": {self._quote(message)}" if message and status not in (401, 403) else "."
        return UpstreamFailed(f"{self.where} {said} ({status}){quote} {advice}", code=code)

    def _quote(self, message: str) -> str:
        """The provider's own words, short and without anything that looks like a key."""
        if self._api_key and len(self._api_key) >= SHORTEST_KEY:
            message = message.replace(self._api_key, "…")
        message = " ".join(_KEY_LIKE.sub("…", message).split())
        message = "".join(c for c in message if c.isprintable())
        if len(message) > _LONGEST_QUOTE:
            message = message[:_LONGEST_QUOTE].rstrip() + "…"
        return message if message.endswith((".", "!", "?", "…")) else f"{message}."


def _sentence(status: int, model: str, settings: str) -> tuple[str, str, str]:
    match status:
        case 401:
            return "refused the API key", f"Check the key in {settings}.", "upstream_unauthorized"
        case 403:
            return (
                f"does not let this API key use “{model}”",
                f"Check the key's permissions, or the key itself in {settings}.",
                "upstream_unauthorized",
            )
        case 404:
            return (
                f"does not know “{model}”",
                f"Choose another model, or check the address in {settings}.",
                "upstream_not_found",
            )
        case 402:
            return "wants to be paid first", "Check the account's balance.", "upstream_rejected"
        case 408 | 504:
            return "took too long", "Try again, or choose another model.", "upstream_timeout"
        case 413:
            return (
                "finds the conversation too long",
                "Start a new chat, or choose a model with a longer context.",
                "upstream_rejected",
            )
        case 429:
            return (
                "is being asked too often",
                "Wait a little and try again, or choose another model.",
                "upstream_rate_limited",
            )
        case 503:
            return "is overloaded or still starting", "Try again shortly.", "upstream_error"
        case _ if status < 400:
            return (
                "answered with a redirection instead of an answer",
                f"Enter the final address in {settings}.",
                "upstream_rejected",
            )
        case _ if status >= 500:
            return "failed", "Try again, or choose another model.", "upstream_error"
        case _:
            return (
                "did not accept the request",
                "Change the chat's parameters, or choose another model.",
                "upstream_rejected",
            )


def message_of(body: bytes) -> str:
    """The sentence inside an error body, or nothing where it is a web page."""
    try:
        return text_of_error(orjson.loads(body))
    except orjson.JSONDecodeError:
        text = body.decode("utf-8", "replace").strip()
        return "" if text.startswith("<") else text


def text_of_error(error: Any) -> str:
    """The sentence inside an error object, in any of the shapes that providers use."""
    while isinstance(error, dict | list):
        if isinstance(error, list):
            error = error[0] if error else ""
            continue
        found = (error.get(name) for name in ("error", "message", "detail", "msg", "type"))
        error = next((value for value in found if value), "")
    return str(error)
