"""ZIP archives of documents, and ZIPs that mean harm."""

from __future__ import annotations

import pytest

from dost_ext.rag.reading import caps
from dost_ext.rag.reading.parts import Contents, Part
from dost_ext.rag.reading.refusals import PASSWORD, PICTURE
from tests.support.documents import bomb, pdf, with_member, word, zipped
from tests.support.pictures import picture
from tests.support.reading import outcome_of, sentence_of


def test_the_files_of_an_archive_lie_under_their_paths() -> None:
    read = outcome_of(
        "a.zip", zipped({"notes/a.txt": "First.", "b.pdf": pdf("One.", "Two."), "c.md": "# C"})
    )
    assert read.contents == Contents("application/zip")
    assert read.parts == [
        Part("First.", "plain", None, ("notes/a.txt",), 1),
        Part("One.", "plain", None, ("b.pdf", "Page 1"), 1),
        Part("Two.", "plain", None, ("b.pdf", "Page 2"), 1),
        Part("# C", "markdown", None, ("c.md",), 1),
    ]


def test_what_programs_put_into_archives_is_skipped() -> None:
    skipped = ["__MACOSX/._a.txt", ".git/config", "x/node_modules/y.js", "x/.DS_Store", "e.txt"]
    read = outcome_of(
        "a.zip", zipped({"a.txt": "words", **dict.fromkeys(skipped[:-1], "x"), "e.txt": ""})
    )
    assert (read.text, read.notes) == ("words", [])


def test_each_file_that_cannot_be_read_is_named() -> None:
    read = outcome_of("a.zip", zipped({"a.txt": "words", "b.png": picture()}))
    assert read.notes == [f"b.png: {PICTURE}"]


def test_after_twenty_notes_the_rest_is_counted() -> None:
    pictures = {f"{number}.png": picture() for number in range(25)}
    read = outcome_of("a.zip", zipped({"a.txt": "words", **pictures}))
    assert len(read.notes) == 21
    assert read.notes[-1] == "… and 5 more."


def test_an_archive_without_words_says_why() -> None:
    assert sentence_of("a.zip", zipped({"b.png": picture()})) == (
        f"There are no words in this file. b.png: {PICTURE}"
    )


def test_archives_within_archives_are_read_to_the_second_level() -> None:
    second = zipped({"c.txt": "deep", "third.zip": zipped({"d.txt": "too deep"})})
    read = outcome_of("a.zip", zipped({"first.zip": zipped({"second.zip": second})}))
    assert read.parts == [Part("deep", "plain", None, ("first.zip", "second.zip", "c.txt"), 3)]
    assert read.notes == [
        "first.zip: second.zip: third.zip: This file lies too deep within other archives."
    ]


@pytest.mark.parametrize("name", ["a.zip", "a.docx"], ids=["archive", "word"])
def test_a_zip_bomb_is_not_unpacked(name: str) -> None:
    bombs = {"a.zip": bomb(20)}
    if name == "a.docx":
        bombs[name] = with_member(word(("Normal", "a")), "word/x.xml", b" " * 20 * 1024 * 1024)
    assert "zip bomb" in sentence_of(name, bombs[name])


def test_a_bomb_within_an_archive_does_not_hide_the_other_files() -> None:
    read = outcome_of("a.zip", zipped({"a.txt": "words", "b.zip": bomb(20)}))
    assert read.text == "words"
    assert "zip bomb" in read.notes[0]


def test_what_is_unpacked_is_counted_over_all_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "MOST_UNPACKED_BYTES", 3 * 1024 * 1024)
    packed = {f"{name}.zip": bomb(1) for name in "abcd"}
    assert sentence_of("a.zip", zipped(packed)).startswith("Unpacked, this file is larger than 3")


def test_a_size_in_a_header_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = zipped({"a.txt": b"0" * 5000})
    size = (5000).to_bytes(4, "little")
    assert "damaged" in sentence_of("a.zip", honest.replace(size, (9).to_bytes(4, "little")))


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "MOST_MEMBERS", 3)
    many = zipped({f"{number}.txt": "a" for number in range(4)})
    assert sentence_of("a.zip", many).startswith("This archive holds more than 3 files")


def test_an_encrypted_archive_is_refused() -> None:
    packed = bytearray(zipped({"a.txt": "secret"}))
    # Bit 0 of the flags, in the file's own header and in the directory.
    for header, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        packed[packed.index(header) + offset] |= 1
    assert sentence_of("a.zip", bytes(packed)) == PASSWORD


def test_a_damaged_file_costs_only_itself() -> None:
    packed = zipped({"a.txt": "words", "b.txt": "0123456789" * 9})
    place = packed.index(b"b.txt") + len("b.txt") + 2
    read = outcome_of("a.zip", packed[:place] + b"\xff\xff\xff" + packed[place + 3 :])
    assert (read.text, read.notes) == ("words", ["b.txt: This file is damaged."])
