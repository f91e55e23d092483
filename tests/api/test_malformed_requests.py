"""Whatever is sent, the answer is never a 500, and every refusal is a problem document."""

from __future__ import annotations

import json
import socket
from itertools import count
from typing import Any

import httpx
import pytest

from dost_ext.core.http import VERBS
from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.declared import Declared, all_operations, all_routes, example, fields_of
from tests.support.dost_server import DostServer

OPERATIONS = all_operations()
WITH_BODY = [d for d in OPERATIONS if d.operation.body is not None]
WITH_QUERY = [d for d in OPERATIONS if d.operation.query is not None]
WITH_ID = [d for d in OPERATIONS if "{" in d.path]
ABSENT = "01890000-0000-7000-8000-000000000000"

# Raw bodies, and the statuses that they may have.
BODIES: dict[str, tuple[bytes, set[int]]] = {
    "null": (b"null", {422}),
    "array": (b"[]", {422}),
    "string": (b'"x"', {422}),
    "number": (b"5", {422}),
    "unknown field": (b'{"no_such_field": 1}', {422}),
    "half an object": (b"{", {400}),
    "not JSON": (b"<xml/>", {400}),
    "two values": (b"{} {}", {400}),
    "invalid UTF-8": (b'{"a": "\xff\xfe"}', {400}),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), {400}),
    "lone surrogate": (b'{"a": "\\ud800"}', {400}),
    "deep array": (b"[" * 100_000, {400}),
    "deep object": (b'{"a":' * 100_000, {400}),
    "raw NUL": (b'{"a": "\x00"}', {400}),
    "ten megabytes": (b'{"a": "' + b"x" * 10_000_000 + b'"}', {413}),
}
VALUES: list[Any] = [
    None,
    True,
    -1,
    2**63,
    10**400,
    1.5,
    float("nan"),
    float("inf"),
    [],
    [None],
    ["\x00"],
    [[[[[[[[[[[[]]]]]]]]]]]],
    {},
    {"a": {"b": None}},
    "\x00",
    "a\x00b",
    "\\u0000",
    "x" * 100_000,
    "\ud800",
    "%s%n'\"; drop table users--",
]
IDS = [
    "x",
    ABSENT,
    "%00",
    "%ff",
    "%2e%2e%2f",
    "'",
    "%0d%0a",
    "%F0%9F%A7%AE",
    "٣" * 32,
    "a" * 5000,
    "{}",
    "-1",
    "null",
    " ",
]
QUERIES = ["", "x", "-1", "0", "1.5", "9" * 400, "%ff", "%00", "true", "[]", "null", "٣", "1&{}=2"]


@pytest.fixture
def someone(sign_up: SignUp) -> Client:
    """Someone who may do everything, so that nothing is refused before it is read."""
    return sign_up(role="admin")


def wrong(response: httpx.Response, allowed: set[int] | None = None) -> str | None:
    """What is wrong with an answer; None when it is a success or a proper refusal."""
    status = response.status_code
    if allowed is not None and status not in allowed:
        return f"{status}, not one of {allowed}: {response.text[:300]}"
    if status < 400:
        return None
    if status >= 500:
        return f"{status}: {response.text[:300]}"
    if response.headers.get("content-type") != "application/problem+json":
        return f"{status} as {response.headers.get('content-type')}: {response.text[:300]}"
    problem = response.json()
    if problem["status"] != status or not {"type", "title", "detail", "code"} <= set(problem):
        return f"an odd problem: {problem}"
    leaked = [
        word for word in ("Traceback", "psycopg", "SELECT", "sqlalchemy") if word in response.text
    ]
    return f"leaks {leaked}" if leaked else None


def complaints(answers: dict[str, str | None]) -> dict[str, str]:
    return {what: complaint for what, complaint in answers.items() if complaint is not None}


@pytest.mark.parametrize("declared", WITH_BODY, ids=str)
def test_a_body_that_is_no_object_of_its_kind_is_refused(
    declared: Declared, someone: Client
) -> None:
    path = declared.at(ABSENT)
    send = {"headers": {"Content-Type": "application/json"}}
    assert not complaints(
        {
            name: wrong(someone.request(declared.verb, path, content=body, **send), allowed)
            for name, (body, allowed) in BODIES.items()
        }
    )


@pytest.mark.parametrize("declared", WITH_BODY, ids=str)
@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "nonsense", "é"])
def test_a_body_of_another_type_is_refused(declared: Declared, someone: Client, kind: str) -> None:
    headers = {"Content-Type": kind.encode("latin-1")}
    path = declared.at(ABSENT)
    response = someone.request(declared.verb, path, content=b"--x--\r\n", headers=headers)
    assert wrong(response, {415}) is None


_unique = count(1)


@pytest.mark.parametrize("declared", WITH_BODY, ids=str)
def test_no_value_of_any_field_breaks_anything(
    declared: Declared, someone: Client, sign_up: SignUp
) -> None:
    answers = {}
    for field in fields_of(declared):
        for value in VALUES:
            known = {"unique": f"odd{next(_unique)}", "username": "nobody", "message": ABSENT}
            known["page"] = "http://127.0.0.2/"
            body = {**(example(declared, **known) or {}), field: value}
            text = json.dumps(body).encode()
            headers = {"Content-Type": "application/json"}
            path = declared.at(ABSENT)
            response = someone.request(declared.verb, path, content=text, headers=headers)
            answers[f"{field} = {value!r:.60}"] = wrong(response)
    assert not complaints(answers)


@pytest.mark.parametrize("declared", WITH_ID, ids=str)
def test_an_id_that_is_none_names_nothing(declared: Declared, someone: Client) -> None:
    body = example(declared, unique=f"odd{next(_unique)}", username="nobody", message=ABSENT)
    assert not complaints(
        {
            id: wrong(someone.request(declared.verb, declared.at(id), json=body), {400, 404})
            for id in IDS
        }
    )


@pytest.mark.parametrize("declared", WITH_QUERY, ids=str)
def test_no_query_breaks_anything(declared: Declared, someone: Client) -> None:
    assert declared.operation.query is not None
    run_id = someone.ask("x").run["run_id"]
    names = [*declared.operation.query.model_fields, "no_such_parameter"]
    urls = [f"{declared.at(run_id)}?{n}={v.format(n)}" for n in names for v in QUERIES]
    assert not complaints({url: wrong(someone.request(declared.verb, url)) for url in urls})


@pytest.mark.parametrize("route", all_routes(), ids=lambda route: route.path)
def test_a_verb_that_is_not_declared_is_not_allowed(route: Any, someone: Client) -> None:
    declared = {d.verb for d in OPERATIONS if d.path == route.path}
    path = route.path.replace("{id}", ABSENT)
    others = ({*VERBS, "trace", "propfind"} - declared) - {"head"}
    assert not complaints(
        {verb: wrong(someone.request(verb.upper(), path), {405}) for verb in others}
    )
    assert someone.head(path).status_code == 405


@pytest.mark.parametrize("path", ["nothing", "auth", "auth/me/x", "conversations//x", "..%2f", ""])
def test_an_unknown_address_is_a_problem_too(anonymous: Client, path: str) -> None:
    for verb in ("GET", "POST", "DELETE", "PATCH"):
        assert wrong(anonymous.request(verb, path), {404}) is None


@pytest.mark.parametrize("path", ["api/", "api/v2/models", "v1/models", "v1/", "api"])
def test_what_is_no_page_is_not_answered_with_the_page(anonymous: Client, path: str) -> None:
    assert wrong(anonymous.get(f"../../{path}"), {404}) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer"},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Authorization": b"Bearer \xff"},
        {"Authorization": "Bearer " + "x" * 20_000},
        {"Cookie": "dost-access=\x80"},
        {"Cookie": "=;;;=\"'"},
        {"Accept": "text/html"},
        {"Content-Length": "0"},
    ],
    ids=str,
)
def test_odd_headers_break_nothing(anonymous: Client, headers: dict[str, Any]) -> None:
    encoded = {k: v if isinstance(v, bytes) else v.encode("latin-1") for k, v in headers.items()}
    assert wrong(anonymous.get("auth/me", headers=encoded), {401}) is None


def test_a_huge_body_is_refused_before_it_is_sent(server: DostServer) -> None:
    head = "POST /dost/api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000000"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(f"{head}\r\n\r\n".encode() + b"x" * 1000)
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
