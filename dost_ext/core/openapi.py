"""The OpenAPI document, made from the declarations by which requests are checked."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from dost_ext.core.http import VERBS, Operation, Route
from dost_ext.core.scopes import PUBLIC, SCOPES
from dost_ext.core.wire import Nothing, Response

REFERENCE = "#/components/schemas/{model}"
FILE = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
}


class Problem(Response):
    """What went wrong (RFC 9457). Branch on `code`, show `detail`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, Any]] | None = None


def document(routes: list[Route], version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of `routes`."""
    declared = [(r, verb, op) for r in routes for verb, op in operations(r)]
    shapes = _shapes([op for _, _, op in declared])
    _, definitions = models_json_schema(shapes, by_alias=True, ref_template=REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for route, verb, op in declared:
        paths.setdefault(f"/{route.path}", {})[verb] = _operation(route, verb, op)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dost",
            "version": version,
            "description": "Chat with any model, in Jupyter and beside it.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/dost/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token, or an API key that begins with dost_",
                }
            },
        },
    }


def operations(route: Route) -> list[tuple[str, Operation]]:
    """The verbs that a route answers."""
    found = ((verb, getattr(getattr(route.handler, verb), "operation", None)) for verb in VERBS)
    return [(verb, op) for verb, op in found if op is not None]


def _shapes(declared: list[Operation]) -> list[tuple[type[BaseModel], Any]]:
    shapes: dict[tuple[type[BaseModel], str], None] = {(Problem, "serialization"): None}
    for op in declared:
        if op.body is not None:
            shapes[op.body, "validation"] = None
        if op.returns is not Nothing:
            shapes[op.returns, "serialization"] = None
    return list(shapes)


def _operation(route: Route, verb: str, op: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": f"{verb}_{re.sub(r'[^a-z]+', '_', route.path).strip('_')}",
        "summary": op.summary,
        "description": f"Scope: `{op.scope}` ({SCOPES[op.scope]}).",
        "tags": [route.path.partition("/")[0]],
        "responses": _responses(op),
        "security": [] if op.scope == PUBLIC else [{"bearer": []}],
    }
    if parameters := _parameters(route, op):
        described["parameters"] = parameters
    if op.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _reference(op.body)}},
        }
    if op.upload:
        described["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": FILE}},
        }
    return described


def _responses(op: Operation) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done"}
    if op.streams:
        success["content"] = {kind: {"schema": {"type": "string"}} for kind in op.media}
    if op.returns is not Nothing:
        content = {"application/json": {"schema": _reference(op.returns)}}
        success["content"] = {**success.get("content", {}), **content}
    problem = {"application/problem+json": {"schema": _reference(Problem)}}
    return {
        str(op.status): success,
        "default": {"description": "What went wrong", "content": problem},
    }


def _parameters(route: Route, op: Operation) -> list[dict[str, Any]]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if op.query is not None:
        properties = op.query.model_json_schema()["properties"]
        parameters += [
            {"name": name, "in": "query", "required": False, "schema": schema}
            for name, schema in properties.items()
        ]
    return parameters


def _reference(shape: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REFERENCE.format(model=shape.__name__)}
