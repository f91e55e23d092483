"""Notebooks that are broken, forged or hostile: each is refused in a sentence, or made harmless."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import SignUp
from tests.api.notebooks.test_export import branched
from tests.support.client import Client

Json = dict[str, Any]

MEGABYTE = 1_000_000
NO_JSON = "The file is not valid JSON."


def code(**changes: Any) -> Json:
    cell = {"cell_type": "code", "metadata": {}, "source": "x", "execution_count": 1}
    return {**cell, "outputs": [], **changes}


def notebook(*cells: Any, **changes: Any) -> Json:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [*cells], **changes}


def shown(**data: Any) -> Json:
    """A cell that shows something."""
    output = {"output_type": "display_data", "data": {}, "metadata": {}, **data}
    return code(outputs=[output])


def printed(text: Any) -> Json:
    return code(outputs=[{"output_type": "stream", "name": "stdout", "text": text}])


def forged(**changes: Any) -> Json:
    """A notebook that says it is dost's own."""
    messages = [
        {"id": "q", "role": "user", "content": "Why?"},
        {"id": "a", "parent_id": "q", "role": "assistant", "content": "So."},
    ]
    found = {"format": "dost.conversation", "version": 1}
    conversation = {"title": "Forged", "messages": messages, **changes}
    title = {"cell_type": "markdown", "metadata": {}, "source": "# Forged"}
    return notebook(title, metadata={"dost": {**found, "conversation": conversation}})


def said(key: str, parent: Any = None, **changes: Any) -> Json:
    return {"id": key, "parent_id": parent, "role": "user", "content": key, **changes}


def nested(levels: int) -> Json:
    value: Json = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def chain(length: int) -> list[Json]:
    return [said(str(n), str(n - 1) if n else None) for n in range(length)]


def written(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def send(client: Client, value: Any) -> Any:
    return client.post("conversations/import", files={"file": ("x.ipynb", written(value))})


def refused(client: Client, value: Any, reason: str) -> None:
    """A file is refused for this reason and leaves everything as it was."""
    branched(client)
    before = client.ok("GET", "conversations")
    response = send(client, value)
    assert response.status_code == 422, response.text[:300]
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["code"] == "unreadable"
    assert reason in problem["detail"]
    assert problem["detail"].endswith(".")
    assert client.ok("GET", "conversations") == before
    assert client.ok("GET", "folders")["items"] == []


Case = tuple[Callable[[], Any], str]

# As functions: most are made by one test alone, and some are large.
BROKEN: dict[str, Case] = {
    "no bytes": (lambda: b"", "The file is empty."),
    "cut off": (lambda: written(notebook(code()))[:-9], NO_JSON),
    "cut in a text": (lambda: written(notebook(code()))[:60], NO_JSON),
    "no UTF-8": (lambda: written(notebook(code())).replace(b'"x"', b'"\xff\xfe"'), "UTF-8"),
    "a NUL": (lambda: written(notebook(code())).replace(b'"x"', b'"\0"'), NO_JSON),
    "nested without end": (lambda: b'{"cells":' * 200_000, "nested too deeply"),
    "lists without end": (lambda: b'{"cells":' + b"[" * 200_000, "nested too deeply"),
    "a name a million times": (
        lambda: b'{"nbformat": 4, "cells": []' + b', "a": {}' * MEGABYTE + b"}",
        "the notebook is empty",
    ),
    "the cells twice": (
        lambda: written(notebook(code()))[:-1] + b', "cells": 5}',
        "the notebook has no list of cells",
    ),
    "format 2": (lambda: {"nbformat": 2, "worksheets": []}, "of format 2, an old one; open it"),
    "format 3": (
        lambda: {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{}]},
        "the notebook is of format 3, an old one; open it in Jupyter, save it and import it again.",
    ),
    "format 5": (lambda: notebook(code(), nbformat=5), "of format 5, which dost does not know"),
    "format true": (lambda: notebook(code(), nbformat=True), "does not say of which format"),
    "format in words": (lambda: notebook(code(), nbformat="4"), "does not say of which format"),
    "format without end": (
        lambda: notebook(code(), nbformat=float("inf")),
        "does not say of which format",
    ),
    "no cells": (notebook, "the notebook is empty"),
    "cells of nothing": (lambda: notebook(code(source=" \n")), "the notebook is empty"),
    "an object of cells": (lambda: notebook(code(), cells={"0": code()}), "no list of cells"),
    "a number as cell": (lambda: notebook(code(), 5), "cell 2 is no cell of a notebook"),
    "a list as kind": (lambda: notebook(code(cell_type=[])), "cell 1 is no cell"),
    "a number as source": (lambda: notebook(code(source=5)), "the source of cell 1 is no text"),
    "numbers as lines": (lambda: notebook(code(source=["a", 5])), "the source of cell 1"),
    "no outputs": (lambda: notebook(code(outputs=None)), "the outputs of cell 1 are no list"),
    "a number as output": (lambda: notebook(code(outputs=[5])), "an output of cell 1 is none"),
    "a number as text": (lambda: notebook(printed(5)), "an output of cell 1 is no text"),
    "a list as data": (lambda: notebook(shown(data=[])), "has data that are no object"),
    "text as metadata of an output": (lambda: notebook(shown(metadata="x")), "has metadata that"),
    "a list as metadata": (lambda: notebook(code(), metadata=[]), "metadata are no object"),
    "a list as metadata of a cell": (
        lambda: notebook(code(metadata=[])),
        "the metadata of cell 1 are no object",
    ),
    "data nested deeply": (
        lambda: notebook(shown(data={"application/json": nested(300)})),
        "This file: it is nested too deeply.",
    ),
    "fifty megabytes of code": (
        lambda: notebook(code(source="x" * 50 * MEGABYTE)),
        "more than 6,000,000 characters",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_notebook_is_refused_and_imports_nothing(user: Client, name: str) -> None:
    make, reason = BROKEN[name]
    refused(user, make(), reason)


FORGED: dict[str, Case] = {
    "a circle": (lambda: forged(messages=[said("a", "b"), said("b", "a")]), "in a circle"),
    "its own parent": (lambda: forged(messages=[said("a", "a")]), "in a circle"),
    "a parent elsewhere": (lambda: forged(messages=[said("a", "z")]), "is not in the file"),
    "one id twice": (lambda: forged(messages=[said("a"), said("a")]), "have the id 'a'"),
    "a chain too long": (lambda: forged(messages=chain(20_001)), "more than 20,000 messages"),
    "no messages": (lambda: forged(messages=5), "messages: Input should be a valid list"),
    "a number as message": (lambda: forged(messages=[5]), "Input should be a valid dictionary."),
    "a number as id": (lambda: forged(messages=[said("a") | {"id": 5}]), "messages.0.id"),
    "an unknown role": (lambda: forged(messages=[said("a", role="god")]), "messages.0.role"),
    "a list as content": (lambda: forged(messages=[said("a", content=[])]), "messages.0.content"),
    "a list as parent": (lambda: forged(messages=[said("a", [])]), "messages.0.parent_id"),
    "no time": (lambda: forged(messages=[said("a", created_at="now")]), "messages.0.created_at"),
    "text as executions": (lambda: forged(messages=[said("a", executions="x")]), "executions"),
    "an object as leaf": (lambda: forged(current_leaf_id={}), "current_leaf_id"),
    "a list as kernel": (lambda: forged(kernel=[]), "kernel: "),
    "an object as folder": (lambda: forged(folder=[{}]), "folder.0"),
    "heat in words": (lambda: forged(params={"temperature": "hot"}), "params.temperature"),
    "broken base64": (
        lambda: forged(files=[{"id": "f", "filename": "a.png", "data": "%"}]),
        "the file “a.png”: its base64 is broken",
    ),
    "a file that is none": (
        lambda: forged(messages=[said("a", attachments=["../../etc/passwd"])]),
        "a file that the message 'a' attaches is missing",
    ),
    "an error nested deeply": (
        lambda: forged(messages=[said("a", error=nested(245))]),
        "This file: it is nested too deeply.",
    ),
    "no conversation": (
        lambda: notebook(metadata={"dost": {"format": "dost.conversation", "version": 1}}),
        "conversation: Input should be a valid dictionary.",
    ),
    "a version to come": (
        lambda: notebook(metadata={"dost": {"format": "dost.conversation", "version": 2}}),
        "version 2 of dost's format is not known here",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_notebook_is_refused_and_imports_nothing(user: Client, name: str) -> None:
    make, reason = FORGED[name]
    refused(user, make(), reason)


def test_a_file_above_the_limit_is_refused_before_it_is_read(user: Client) -> None:
    response = send(user, b"[" + b" " * (64 * 2**20))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert user.ok("GET", "conversations")["items"] == []


def imported(client: Client, value: Any) -> Any:
    """The one conversation of a file, by its export, and what its messages are."""
    response = send(client, value)
    assert response.status_code == 200, response.text[:300]
    (made,) = response.json()["imported"]
    for wanted in ("ipynb", "md"):
        assert client.get(f"conversations/{made['id']}/export?format={wanted}").status_code == 200
    return client.ok("GET", f"conversations/{made['id']}/messages")["items"]


STORABLE: dict[str, tuple[Callable[[], Any], str]] = {
    "UTF-16": (lambda: json.dumps(notebook(code(source="ğ"))).encode("utf-16"), "ğ"),
    "half a character": (lambda: notebook(code(source="a\ud800")), "a\ufffd"),
    "an escaped NUL": (lambda: notebook(code(source="a\0")), "a\ufffd"),
    "no number": (lambda: notebook(code(execution_count=float("nan"))), "x"),
    "a number too large": (lambda: notebook(code(execution_count=10**400)), "x"),
    "tags of numbers": (lambda: notebook(code(metadata={"tags": {"a": 1}})), "x"),
    "a kernel of numbers": (lambda: notebook(code(), metadata={"kernelspec": 5}), "x"),
    "dost's data as a list": (lambda: notebook(code(), metadata={"dost": [1]}), "x"),
}


@pytest.mark.parametrize("name", STORABLE)
def test_what_is_odd_and_can_be_read_is_made_harmless(user: Client, name: str) -> None:
    make, source = STORABLE[name]
    answer = imported(user, make())[-1]
    assert answer["content"] == f"```python\n{source}\n```"


def test_a_leaf_that_is_not_there_is_the_newest_message(user: Client) -> None:
    (prompt, answer) = imported(user, forged(current_leaf_id="gone"))
    assert answer["parent_id"] == prompt["id"]


def test_a_long_chain_of_messages_is_no_depth(user: Client) -> None:
    assert len(imported(user, forged(messages=chain(2_000)))) == 2_000


def test_outputs_that_are_too_large_are_left_out_in_a_line(user: Client) -> None:
    answer = imported(user, notebook(printed("x" * 50 * MEGABYTE)))[-1]
    ((output,),) = [one["outputs"] for one in answer["executions"]]
    assert output["text"].startswith("\n… The output is larger than dost keeps (10 MB in all)")


def test_ids_of_another_account_mean_nothing(user: Client, sign_up: SignUp) -> None:
    other = sign_up()
    conversation = branched(other, "Secret")
    before = other.tree(conversation)
    secret = other.attach("secret.txt", b"secret")["id"]
    citation = {"n": 1, "document_id": secret, "chunk_id": secret, "filename": "x"}
    messages = [
        said(key, None, content="mine", citations=[citation], sources=[{"document_id": secret}])
        for key in before["ids"]
    ]
    kept = imported(user, forged(id=conversation, messages=messages))
    assert not {one["id"] for one in kept} & set(before["ids"])
    assert {one["content"] for one in kept} == {"mine"}
    assert other.tree(conversation) == before
    assert user.get(f"files/{secret}").status_code == 404
    refused(user, forged(messages=[said("a", attachments=[secret])]), "attaches is missing")
