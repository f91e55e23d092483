"""What the API declares about itself, read from the same objects that check its requests."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dost_ext.core import about
from dost_ext.core.http import Operation, Route
from dost_ext.core.openapi import operations
from dost_ext.services import Options, Services


@dataclass(frozen=True)
class Declared:
    """One verb of one route."""

    verb: str
    path: str
    operation: Operation

    def __str__(self) -> str:
        return f"{self.verb.upper()} {self.path}"

    def at(self, identifier: str) -> str:
        """The path with something in the place of the id."""
        head, _, rest = self.path.partition("{")
        return head + identifier + rest.partition("}")[2] if rest else self.path


@cache
def all_routes() -> list[Route]:
    """Every route of the API."""
    with tempfile.TemporaryDirectory() as directory:
        services = Services(Options(data_dir=Path(directory)))
    return [*services.routes(), *about.routes(lambda: True)]


def all_operations() -> list[Declared]:
    """Every verb of every route."""
    return [Declared(verb, r.path, op) for r in all_routes() for verb, op in operations(r)]


def fields_of(declared: Declared) -> list[str]:
    """The names under which the body's fields are sent."""
    body = declared.operation.body
    if body is None:
        return []
    return [field.alias or name for name, field in body.model_fields.items()]


# A body that each verb accepts. A verb with a body and without a line here fails its tests.
PASSWORD = "correct horse battery"
EXAMPLES: dict[str, dict[str, Any]] = {
    "POST auth/register": {"username": "{unique}", "password": PASSWORD},
    "POST auth/login": {"username": "{username}", "password": PASSWORD},
    "PATCH auth/me": {"display_name": "Somebody"},
    "POST web/search": {"query": "harbours"},
    "PUT admin/embedder": {"kind": "builtin"},
    "POST admin/embedder/test": {"kind": "builtin"},
    "POST web/fetch": {"url": "{page}"},
    "POST admin/groups": {"name": "{unique}"},
    "PATCH admin/groups/{id}": {"description": "Who minds the harbour"},
    "DELETE auth/me": {"password": PASSWORD},
    "POST auth/password": {"current_password": PASSWORD, "new_password": PASSWORD},
    "POST auth/api-keys": {"name": "key"},
    "PUT settings": {
        "theme": "dark",
        "default_model": None,
        "send_on_enter": False,
        "default_params": {"temperature": 0.2},
        "default_system_prompt": "Be brief.",
    },
    "PATCH settings": {"accent": "#c2185b", "text_size": 18},
    "POST conversations": {"title": "Plans"},
    "POST conversations/batch": {
        "ids": ["01890000-0000-7000-8000-000000000000"],
        "archived": True,
    },
    "PATCH conversations/{id}": {"pinned": True},
    "POST conversations/{id}/messages": {"parent_id": None, "role": "user", "content": "x"},
    "POST conversations/{id}/fork": {"message_id": "{message}"},
    "POST conversations/{id}/kernel": {"name": "python3"},
    "POST messages/{id}/execute": {"code": "1"},
    "POST runs/{id}/approve": {"tool_call_id": "call_0", "approve": True},
    "POST executions/{id}/input": {"text": "x"},
    "POST folders": {"name": "Work"},
    "PATCH folders/{id}": {"name": "Home"},
    "POST prompts": {"name": "{unique}", "content": "Say {{what}}"},
    "PATCH prompts/{id}": {"title": "Say something"},
    "POST collections": {"name": "Papers"},
    "PATCH collections/{id}": {"description": "What we read"},
    "POST retrieve": {"query": "words"},
    "PATCH messages/{id}": {"content": "y"},
    "POST chat": {"content": "x", "model": "fake/echo", "stream": False},
    "POST providers": {
        "name": "{unique}",
        "kind": "openai",
        "base_url": "http://127.0.0.1:9/v1",
        "api_key": "sk-nothing",
    },
    "PATCH providers/{id}": {"enabled": False},
    "PATCH admin/settings": {"default_role": "user"},
    "POST admin/users": {"username": "{unique}", "password": "correct horse"},
    "PATCH admin/users/{id}": {"role": "user"},
}


# One grey pixel, as a GIF.
PICTURE = b"GIF89a\x01\0\x01\0\x80\0\0\x80\x80\x80\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"

# A file that each upload accepts.
FILES: dict[str, bytes] = {
    "PUT settings/background": PICTURE,
    "POST files": b"some words",
    "POST documents": b"some words",
    "POST conversations/{id}/files": b"1,2",
    "POST conversations/{id}/files/{path}": b"1,2",
    "POST conversations/import": b'[{"title": "x", "mapping": {"a": {"children": []}}}]',
}


def sending(declared: Declared, **known: str) -> dict[str, Any]:
    """What httpx sends with a verb that must accept it: a body, a file, or nothing."""
    if declared.operation.upload:
        return {"files": {"file": ("export.json", FILES[str(declared)])}}
    return {"json": example(declared, **known)}


def example(declared: Declared, **known: str) -> dict[str, Any] | None:
    """A body that the verb accepts, with what is known filled in; None where it takes none."""
    if declared.operation.body is None:
        return None
    given = EXAMPLES[str(declared)]
    return {
        name: value.format(**known) if isinstance(value, str) and "{" in value else value
        for name, value in given.items()
    }
