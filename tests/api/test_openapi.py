"""The API's description of itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dost_ext import __version__
from dost_ext.core.openapi import document
from dost_ext.core.scopes import PUBLIC
from tests.support.client import Client
from tests.support.declared import EXAMPLES, all_operations, all_routes

COMMITTED = Path(__file__).parents[2] / "frontend" / "openapi.json"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The document of the code as it is."""
    return json.loads(json.dumps(document(all_routes(), __version__)))  # type: ignore[no-any-return]


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def test_it_is_served_to_anyone(anonymous: Client, described: dict[str, Any]) -> None:
    assert anonymous.ok("GET", "openapi.json") == described


def test_the_committed_document_is_the_one_of_the_code(described: dict[str, Any]) -> None:
    assert json.loads(COMMITTED.read_text()) == described, "run `make openapi` and commit"


def test_every_verb_of_every_route_is_in_it(described: dict[str, Any]) -> None:
    found = {
        f"{verb.upper()} {path.removeprefix('/')}"
        for path, verbs in described["paths"].items()
        for verb in verbs
    }
    assert found == {str(declared) for declared in all_operations()}


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    references = {item["$ref"] for item in walk(described) if "$ref" in item}
    schemas = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert references <= schemas


def test_every_operation_has_a_name_of_its_own(described: dict[str, Any]) -> None:
    names = Counter(item["operationId"] for item in walk(described) if "operationId" in item)
    assert [name for name, count in names.items() if count > 1] == []


def test_what_needs_an_account_says_so(described: dict[str, Any]) -> None:
    for declared in all_operations():
        operation = described["paths"][f"/{declared.path}"][declared.verb]
        public = declared.operation.scope == PUBLIC
        assert operation["security"] == ([] if public else [{"bearer": []}]), declared


def test_no_schema_carries_the_name_of_a_module(described: dict[str, Any]) -> None:
    names = described["components"]["schemas"]
    assert [name for name in names if not re.fullmatch(r"[A-Z][A-Za-z]+", name)] == []


def test_every_body_has_an_example_in_the_tests() -> None:
    with_body = {str(d) for d in all_operations() if d.operation.body is not None}
    assert with_body == set(EXAMPLES)
