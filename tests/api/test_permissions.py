"""Every verb × every kind of caller: what the scopes say is what happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count

import pytest

from dost_ext.core.scopes import PUBLIC, ROLES, SCOPES
from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.declared import PICTURE, Declared, all_operations, sending
from tests.support.dost_server import DostServer
from tests.support.local_web import LocalWeb, article

OPERATIONS = all_operations()
# Which of the world's things an id in a path names, and whether it is the owner's alone.
OWNED = {
    "conversations": "conversation",
    "messages": "message",
    "runs": "run",
    "executions": "execution",
    "kernels": "kernel",
    "folders": "folder",
    "prompts": "prompt",
    "files": "file",
    "documents": "document",
    "collections": "collection",
    "auth/sessions": "session",
    "auth/api-keys": "key",
    "settings/background": "background",
}
SHARED = {
    "admin/users": "somebody",
    "admin/groups": "group",
    "providers": "provider",
    "shared": "token",
}
# What only those may do who may run code without a sandbox, where the machine has none.
UNSANDBOXED = {
    "POST conversations/{id}/kernel",
    "POST conversations/{id}/kernel/restart",
    "POST messages/{id}/execute",
}
# The world's owner has run nothing, so has no kernel, no execution and no file of code's; no
# model has asked for a tool either.
WITHOUT_A_KERNEL = {
    "POST runs/{id}/approve",
    "GET conversations/{id}/files/{path}",
    "DELETE conversations/{id}/files/{path}",
    "POST conversations/{id}/kernel/restart",
    "GET conversations/{id}/kernel",
    "DELETE conversations/{id}/kernel",
    "POST conversations/{id}/kernel/interrupt",
    "GET executions/{id}/events",
    "POST executions/{id}/input",
    "GET executions/{id}/widgets",
    "GET kernels/{id}/channels",
}
# The world's document waits for a worker: it has not failed. No embedder is changed to.
TOO_EARLY = {"POST documents/{id}/retry", "POST admin/embedder/cancel"}
_unique = count(1)


@dataclass
class World:
    """The callers, and ids of things that exist."""

    callers: dict[str, Client]
    ids: dict[str, str]
    sandbox: bool


@pytest.fixture
def world(server: DostServer, sign_up: SignUp, admin: Client, web: LocalWeb) -> Iterator[World]:
    """An owner with one of everything, and those who are not the owner."""
    owner = sign_up()
    answer = owner.ask("Mine")
    key = owner.ok("POST", "auth/api-keys", json={"name": "key"})["id"]
    login = {"username": owner.username, "password": "correct horse battery"}
    with Client(server.api) as phone:
        phone.ok("POST", "auth/login", json=login)
        devices = phone.ok("GET", "auth/sessions")["items"]
    share = owner.ok("POST", f"conversations/{answer.conversation_id}/share")
    picture = owner.ok("PUT", "settings/background", files={"file": ("x.gif", PICTURE)})
    group = f"Group {next(_unique)}"
    provider = {"name": f"p{next(_unique)}", "kind": "openai", "base_url": "http://127.0.0.1:9"}
    with ExitStack() as stack:
        anonymous = stack.enter_context(Client(server.api))
        yield World(
            callers={
                "anonymous": anonymous,
                "pending": sign_up(role="pending"),
                "other": sign_up(),
                "admin": sign_up(role="admin"),
                "owner": owner,
            },
            ids={
                "conversation": answer.conversation_id,
                "message": answer.message["id"],
                "run": answer.run["run_id"],
                "execution": answer.run["run_id"],
                "kernel": answer.run["run_id"],
                "folder": owner.ok("POST", "folders", json={"name": "folder"})["id"],
                "prompt": owner.ok("POST", "prompts", json={"name": "p", "content": "x"})["id"],
                "file": owner.attach("notes.md", b"# Notes")["id"],
                "document": owner.send_document("notes.md", b"# Notes")["id"],
                "collection": owner.ok("POST", "collections", json={"name": "Papers"})["id"],
                "key": key,
                "background": picture["version"],
                "session": next(d["id"] for d in devices if d["current"]),
                "somebody": sign_up().ok("GET", "auth/me")["id"],
                "group": admin.ok("POST", "admin/groups", json={"name": group})["id"],
                "provider": admin.ok("POST", "providers", json=provider)["id"],
                "username": owner.username,
                "page": web.put("/page", article("A page", "Some words.")),
                "token": share["token"],
            },
            sandbox=admin.ok("GET", "kernelspecs")["no_sandbox"] is None,
        )


def thing_in(path: str) -> tuple[str, bool]:
    """What the id in a path names, and whether it has an owner."""
    collection = path.partition("/{")[0]
    if collection in OWNED:
        return OWNED[collection], True
    return SHARED.get(collection, ""), False


def expected(declared: Declared, caller: str, sandbox: bool) -> int:
    """What the declared scope means for a caller."""
    role = {"other": "user", "owner": "user"}.get(caller, caller)
    scope = declared.operation.scope
    if str(declared) == "POST auth/refresh":
        return 401  # open to all, but none of these callers has the cookie
    if scope != PUBLIC and caller == "anonymous":
        return 401
    if scope != PUBLIC and scope not in ROLES[role]:
        return 403
    unsandboxed = str(declared) in UNSANDBOXED and not sandbox
    if unsandboxed and "code:run_unsandboxed" not in ROLES[role]:
        return 403
    if str(declared) in WITHOUT_A_KERNEL:
        return 404
    owned = "{" in declared.path and thing_in(declared.path)[1]
    if owned and caller != "owner":
        return 404
    return 409 if str(declared) in TOO_EARLY else declared.operation.status


def status_of(declared: Declared, client: Client, ids: dict[str, str]) -> int:
    """The status of one call."""
    path = declared.at(ids[thing_in(declared.path)[0]]) if "{" in declared.path else declared.path
    sent = sending(declared, unique=f"unique{next(_unique)}", **ids)
    with client.stream(declared.verb.upper(), path, **sent) as response:
        return response.status_code


@pytest.mark.parametrize("declared", OPERATIONS, ids=str)
def test_a_verb_answers_those_whom_its_scope_names(declared: Declared, world: World) -> None:
    found = {name: status_of(declared, c, world.ids) for name, c in world.callers.items()}
    assert found == {name: expected(declared, name, world.sandbox) for name in world.callers}


def test_every_scope_is_used() -> None:
    # Which one a kernel needs depends on whether there is a sandbox.
    declared = {declared.operation.scope for declared in OPERATIONS}
    assert declared | {"code:run_unsandboxed"} == set(SCOPES)


def test_every_verb_says_what_it_does() -> None:
    assert [str(d) for d in OPERATIONS if not d.operation.summary] == []


JUPYTERS = [
    "api",
    "api/config/x",
    "api/contents",
    "api/kernels",
    "api/kernelspecs",
    "api/me",
    "api/sessions",
    "api/shutdown",
    "api/status",
    "api/terminals",
    "files/secret.key",
    "lab",
    "login",
    "logout",
    "metrics",
    "nbconvert/html/x",
    "terminals/websocket/1",
    "tree",
    "view/secret.key",
]


@pytest.mark.parametrize("path", JUPYTERS)
def test_nothing_of_jupyters_own_answers(world: World, server: DostServer, path: str) -> None:
    assert (server.data_dir / "secret.key").exists()  # the working directory, and what is in it
    root = f"http://127.0.0.1:{server.port}/"
    found = {name: caller.get(root + path) for name, caller in world.callers.items()}
    strangers = found.pop("anonymous")
    assert strangers.status_code == 302
    assert strangers.headers["location"].startswith("/dost/login?next=")
    assert {name: response.status_code for name, response in found.items()} == dict.fromkeys(
        found, 404
    )


def test_the_root_leads_to_the_page(server: DostServer) -> None:
    with Client(f"http://127.0.0.1:{server.port}/", follow_redirects=True) as browser:
        assert str(browser.get("").url) == server.url
        assert str(browser.get("lab").url).startswith(f"{server.url}login?next=")
