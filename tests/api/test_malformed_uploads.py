"""Whatever form is sent to a verb that takes a file, the answer is never a 500."""

from __future__ import annotations

import pytest

from tests.api.conftest import SignUp
from tests.api.test_malformed_requests import complaints, wrong
from tests.support.client import Client
from tests.support.declared import FILES, Declared, all_operations

UPLOADS = [declared for declared in all_operations() if declared.operation.upload]
FORM = b"multipart/form-data; boundary=x"
END = b"--x--\r\n"
DISPOSITION = b"Content-Disposition: form-data; "

# Types that do not say where a form's parts begin, and what is not in the encoding that it names.
KINDS: dict[bytes, set[int]] = {
    b"": {415},
    b";": {415},
    b"application/json": {415},
    b"multipart/form-data": {415},
    b"multipart/form-data; boundary=": {415},
    b"multipart/form-data; boundary=\xff": {400},
    b"multipart/form-data; boundary=" + b"y" * 300: {400},
    b"multipart/form-data; boundary*=idna''x": {400},
    b"multipart/form-data; boundary*=undefined''x": {400},
    b"multipart/form-data; boundary*" + b"9" * 5000 + b"=x": {400},
}
# Bodies that hold no file, or not all of it.
BODIES: dict[str, tuple[bytes, set[int]]] = {
    "nothing": (b"", {422}),
    "no part": (END, {422}),
    "no form": (b"words", {400}),
    "raw NUL": (b"\0" * 1000, {400}),
    "delimiters alone": (b"--x" * 1000, {422}),
    "cut off after a delimiter": (b"--x\r\n", {400}),
    "cut off in the headers": (b"--x\r\n" + DISPOSITION, {400}),
    "cut off in the file": (b"--x\r\n" + DISPOSITION + b'name="file"\r\n\r\nwor', {400}),
    "half an end": (b"--x\r\n" + DISPOSITION + b'name="file"\r\n\r\nwords\r\n--x', {400}),
    "headers without end": (b"--x\r\n" + DISPOSITION + b"y" * 100_000 + END, {400}),
    "more parts than are read": (b"--x\r\n\r\n\r\n" * 200 + END, {400}),
    "no headers": (b"--x\r\n\r\nwords\r\n" + END, {422}),
    "no name": (b"--x\r\n" + DISPOSITION + b"\r\n\r\nwords\r\n" + END, {422}),
    "another name": (b"--x\r\n" + DISPOSITION + b'name="data"\r\n\r\nwords\r\n' + END, {422}),
    "a name with NUL": (b"--x\r\n" + DISPOSITION + b'name="fi\0le"\r\n\r\nwords\r\n' + END, {422}),
    "a header of nonsense": (b"--x\r\n\0: \xff\r\n\xff\r\n\r\nwords\r\n" + END, {422}),
}
# Names of a file that can be sent.
FILENAMES = [
    b"",
    b'filename=""',
    b'filename="',
    b'filename="a\0b.txt"',
    b'filename="\xff\xfe.txt"',
    b'filename="..\\..\\x"',
    b'filename="../../etc/passwd"',
    b'filename="/"',
    b'filename="."',
    b'filename="' + b"y" * 5000 + b'"',
    b"filename*=utf-8''%00.txt",
    b"filename*=utf-8''%ED%A0%80.txt",
    b"filename*=unicode_escape''%5Cud800.txt",
    b"filename*=idna''x",
    b"filename*=undefined''x",
    b"filename*=punycode''x-%ff",
    b"filename*=no_such_encoding''x",
    b"filename*=a%00b''x",
    b"filename*" + b"9" * 5000 + b"=x",
]
FIELDS = ("collection_id", "path", "url", "no_such_field")
VALUES = [
    b"",
    b"\0",
    b"a\0b",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"x" * 5000,
    b"../..",
    b"%s'\"",
    b"://",
]


@pytest.fixture
def someone(sign_up: SignUp) -> Client:
    """Someone who may do everything, so that nothing is refused before it is read."""
    return sign_up(role="admin")


def part(name: bytes, content: bytes, more: bytes = b"") -> bytes:
    """A part of a form."""
    return (
        b"--x\r\n"
        + DISPOSITION
        + b'name="'
        + name
        + b'"; '
        + more
        + b"\r\n\r\n"
        + content
        + b"\r\n"
    )


def file_for(declared: Declared) -> bytes:
    """The part that the verb asks for."""
    return part(b"file", FILES[str(declared)], b'filename="export.json"')


class Sender:
    """Sends bodies to one verb, of something that is there."""

    def __init__(self, declared: Declared, client: Client) -> None:
        self._verb, self._client = declared.verb, client
        self._path = declared.at(client.make_conversation()["id"])

    def answer(
        self, body: bytes, allowed: set[int] | None = None, kind: bytes = FORM
    ) -> str | None:
        """What is wrong with the answer to a body."""
        headers = {"Content-Type": kind}
        response = self._client.request(self._verb, self._path, content=body, headers=headers)
        return wrong(response, allowed)


@pytest.mark.parametrize("declared", UPLOADS, ids=str)
def test_what_is_no_form_is_refused(declared: Declared, someone: Client) -> None:
    send, body = Sender(declared, someone), file_for(declared) + END
    assert not complaints(
        {str(kind[:60]): send.answer(body, allowed, kind) for kind, allowed in KINDS.items()}
    )


@pytest.mark.parametrize("declared", UPLOADS, ids=str)
def test_a_form_without_a_whole_file_is_refused(declared: Declared, someone: Client) -> None:
    send = Sender(declared, someone)
    assert not complaints(
        {what: send.answer(body, allowed) for what, (body, allowed) in BODIES.items()}
    )


@pytest.mark.parametrize("declared", UPLOADS, ids=str)
def test_no_name_of_a_file_breaks_anything(declared: Declared, someone: Client) -> None:
    send, content = Sender(declared, someone), FILES[str(declared)]
    assert not complaints(
        {str(name[:60]): send.answer(part(b"file", content, name) + END) for name in FILENAMES}
    )


@pytest.mark.parametrize("declared", UPLOADS, ids=str)
def test_no_field_beside_the_file_breaks_anything(declared: Declared, someone: Client) -> None:
    send, file = Sender(declared, someone), file_for(declared)
    assert not complaints(
        {
            f"{field} = {value[:20]!r}": send.answer(part(field.encode(), value) + file + END)
            for field in FIELDS
            for value in VALUES
        }
    )


@pytest.mark.parametrize("declared", UPLOADS, ids=str)
def test_of_two_files_one_is_taken(declared: Declared, someone: Client) -> None:
    send, file = Sender(declared, someone), file_for(declared)
    assert send.answer(file + file + END, {declared.operation.status}) is None
