"""The HTTP border: every verb declares its scope and shapes; every error is a problem document."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import orjson
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler
from pydantic import BaseModel, ValidationError
from tornado.web import HTTPError

from dost_ext.core import errors
from dost_ext.core.scopes import PUBLIC, Principal, can, known_scope
from dost_ext.core.wire import Nothing

log = logging.getLogger("dost")

VERBS = ("get", "post", "put", "patch", "delete", "head")
# A pasted file of 20,000 long lines is 2 MB; uploads have routes of their own.
BODY_LIMIT = 8 * 1024 * 1024
# The escape for NUL, behind an even number of backslashes.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
NO_CACHE = "no-cache, no-store, no-transform"


class Identifier(Protocol):
    """Finds out who makes a request."""

    async def principal_of(self, handler: APIHandler) -> Principal | None:
        """The signed-in principal, or None for an anonymous request."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a verb declares: read by the dispatcher, the OpenAPI document and the tests."""

    scope: str
    summary: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    returns: type[BaseModel]
    status: int
    streams: bool
    in_local_mode: bool
    media: tuple[str, ...]
    upload: bool


Verb = Callable[..., Awaitable[Any]]


def operation(
    scope: str,
    *,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    returns: type[BaseModel] = Nothing,
    status: int | None = None,
    streams: bool = False,
    in_local_mode: bool = True,
    media: tuple[str, ...] = ("text/event-stream",),
    upload: bool = False,
) -> Callable[[Verb], Verb]:
    """Make a method a verb of the API.

    `scope` is what the caller must hold; `body` and `query` are validated and passed as keyword
    arguments; what the method returns is sent with `status`, unless it `streams` its own answer,
    of one of the types of `media`. An `upload` takes a file (`UploadHandler`) instead of a body.
    Raises ValueError at import for a scope that does not exist.
    """
    known_scope(scope)
    code = status or (204 if returns is Nothing and not streams else 200)

    def decorate(verb: Verb) -> Verb:
        summary = (verb.__doc__ or "").strip().partition("\n")[0]
        declared = Operation(
            scope, summary, body, query, returns, code, streams, in_local_mode, media, upload
        )

        @allow_unauthenticated
        @functools.wraps(verb)
        async def call(self: ApiHandler, *path: str) -> None:
            self.demand(declared)
            given: dict[str, Any] = {}
            if query is not None:
                given["query"] = self.read_query(query)
            if body is not None:
                given["body"] = self.read_body(body)
            answer = await verb(self, *path, **given)
            if not streams:
                self.answer(answer, code)

        call.__dict__["operation"] = declared
        return call

    return decorate


@allow_unauthenticated
async def _not_allowed(self: ApiHandler, *path: str) -> None:
    raise errors.MethodNotAllowed


class ApiHandler(APIHandler):
    """A resource of the API. Its verbs are made by `operation`; any other answers 405."""

    identifier: ClassVar[str] = "dost_identifier"
    principal: Principal | None = None
    needs_services = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in VERBS:
            verb = cls.__dict__.get(name)
            if verb is None:
                # Not the base's either: its verb answers for another address.
                setattr(cls, name, _not_allowed)
            elif not hasattr(verb, "operation"):
                raise TypeError(f"{cls.__name__}.{name} declares no scope: use @operation")

    @property
    def user(self) -> Principal:
        """The caller; only for verbs whose scope is not public."""
        if self.principal is None:
            raise errors.Unauthenticated
        return self.principal

    async def prepare(self) -> None:  # type: ignore[override]
        """Identify the caller and refuse what is too large, before the verb runs."""
        self.current_user = None
        if not self.needs_services:
            return
        self.settings["dost_ready"]()
        await super().prepare()
        self.principal = await self.settings[self.identifier].principal_of(self)
        if len(self.request.body) > BODY_LIMIT:
            raise errors.TooLarge(f"A request may hold {BODY_LIMIT // 2**20} MB at most.")

    def demand(self, declared: Operation) -> None:
        """Refuse the caller who may not do this."""
        if not declared.in_local_mode and self.settings["dost_mode"] == "local":
            raise errors.NotFound("Jupyter signs people in here; dost has no accounts of its own.")
        if not can(self.principal, declared.scope):
            raise errors.Unauthenticated if self.principal is None else errors.Forbidden

    def check_xsrf_cookie(self) -> None:
        """Only a request that a cookie signed in can be forged by another site's page."""
        if not hasattr(self, "_jupyter_current_user"):
            return  # tornado asks before `prepare`, which asks again once the caller is known
        declared = getattr(getattr(self, str(self.request.method).lower()), "operation", None)
        if self.current_user is not None and declared and declared.scope != PUBLIC:
            super().check_xsrf_cookie()

    def read_query(self, shape: type[BaseModel]) -> BaseModel:
        """The query parameters as `shape`."""
        try:
            raw = {name: self.get_query_argument(name) for name in self.request.query_arguments}
            return shape.model_validate(raw)
        except ValidationError as error:
            raise _invalid(error) from None
        except HTTPError:
            raise errors.MalformedRequest("The query is not valid UTF-8.") from None

    def read_body(self, shape: type[BaseModel]) -> BaseModel:
        """The JSON body as `shape`."""
        kind = self.request.headers.get("Content-Type", "application/json")
        if kind.partition(";")[0].strip().lower() != "application/json":
            raise errors.UnsupportedType
        body = self.request.body or b"{}"
        try:
            read = shape.model_validate_json(body)
        except ValidationError as error:
            if error.errors(include_url=False)[0]["type"] == "json_invalid":
                raise errors.MalformedRequest from None
            raise _invalid(error) from None
        except (UnicodeDecodeError, RecursionError):
            raise errors.MalformedRequest from None
        # PostgreSQL stores no NUL in text.
        if rb"\u0000" in body and _NUL.search(body):
            raise errors.InvalidRequest("The text must not contain the NUL character.")
        return read

    def answer(self, value: BaseModel | None, status: int) -> None:
        """Send a result."""
        self.set_status(status)
        self.set_header("Cache-Control", NO_CACHE)
        if status == 204 or value is None:
            self.finish()
        else:
            self.finish(value.model_dump_json(by_alias=True).encode())

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send the error as a problem document; nothing of its inside is shown."""
        error = as_dost_error(kwargs.get("exc_info", (None, None))[1], status_code)
        self.set_status(error.status)
        self.set_header("Cache-Control", NO_CACHE)
        if isinstance(error, errors.TooManyRequests):
            self.set_header("Retry-After", str(max(1, round(error.retry_after))))
        self.finish(orjson.dumps(error.problem()), set_content_type="application/problem+json")

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what we did not foresee; a refused request is no news."""
        if as_dost_error(value).status >= 500 and not isinstance(value, errors.DostError):
            log.error("%s %s failed", self.request.method, self.request.path, exc_info=value)

    def get_login_url(self) -> str:
        """Never redirect an API call to a page."""
        raise errors.Unauthenticated

    def data_received(self, chunk: bytes) -> None:
        """Bodies are read whole."""


def _invalid(error: ValidationError) -> errors.InvalidRequest:
    found = [
        {"loc": list(item["loc"]), "msg": item["msg"]}
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    first = found[0]
    where = ".".join(str(part) for part in first["loc"])
    detail = f"{where}: {first['msg']}" if where else str(first["msg"])
    return errors.InvalidRequest(detail, errors=found)


_BY_STATUS: dict[int, type[errors.DostError]] = {
    400: errors.MalformedRequest,
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.TooLarge,
    503: errors.NotReady,
}


def as_dost_error(error: BaseException | None, status: int = 500) -> errors.DostError:
    """Any exception as one of ours; tornado's own by their status, the rest as internal."""
    if isinstance(error, errors.DostError):
        return error
    if isinstance(error, HTTPError):
        status = error.status_code
        if "_xsrf" in (error.log_message or "") or "XSRF" in (error.log_message or ""):
            return errors.Forbidden(
                "Send the XSRF cookie's value in the X-XSRFToken header.", code="xsrf"
            )
    return _BY_STATUS.get(status, errors.DostError)()


class UnknownAddress(ApiHandler):
    """Whatever else is asked of the API."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Answer every method alike."""
        await super().prepare()
        raise errors.NotFound("The API has no such address.")


@dataclass(frozen=True, slots=True)
class Route:
    """A path of the API, `{name}` standing for one segment, and the handler behind it."""

    path: str
    handler: type[ApiHandler]
    services: dict[str, Any]

    @property
    def pattern(self) -> str:
        """The path as tornado's regular expression."""
        # A path may have several segments.
        kinds = {"{path}": "(.+)"}
        parts = self.path.split("/")
        return "/".join(kinds.get(p, "([^/]+)") if p.startswith("{") else p for p in parts)
