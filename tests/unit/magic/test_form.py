"""The form with which a notebook sends a file, as other software reads it."""

from __future__ import annotations

import pytest
from tornado.httputil import HTTPFile, parse_body_arguments

from dost_magic.form import Form


def read(form: Form) -> tuple[dict[str, list[bytes]], HTTPFile]:
    """The fields and the file of a form."""
    kind, body = form.encoded()
    fields: dict[str, list[bytes]] = {}
    files: dict[str, list[HTTPFile]] = {}
    parse_body_arguments(kind, body, fields, files)
    return fields, files["file"][0]


@pytest.mark.parametrize("content", [b"", b"words", b"\r\n--x\r\n", bytes(range(256)) * 40])
def test_what_is_sent_arrives(content: bytes) -> None:
    fields, file = read(Form("a.pdf", content, {"collection_id": "1", "path": "Öğle/a"}))
    assert fields == {"collection_id": [b"1"], "path": ["Öğle/a".encode()]}
    assert (file.filename, file.body) == ("a.pdf", content)


def test_no_name_breaks_out_of_its_header() -> None:
    _, file = read(Form('a"\r\nX: y.pdf', b"words", {}))
    assert (file.filename, file.body) == ("a%22%0D%0AX: y.pdf", b"words")
