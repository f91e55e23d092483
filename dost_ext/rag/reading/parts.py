"""What reading a file gives: what it is, its words in order, and what cannot be read of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

# How a text is to be cut: Markdown at its headings, tables and fences; plain text at its empty
# lines; code at its lines.
Form: TypeAlias = Literal["markdown", "plain", "code"]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file is; it comes before its parts."""

    media_type: str
    # The title that the file gives itself; empty where it has none.
    title: str = ""
    # Of a PDF its pages, of slides the slides, of a workbook the sheets, of a book the chapters;
    # None where there are none.
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a file's words."""

    text: str
    form: Form
    # From 1; of the kind that `Contents.pages` counts.
    page: int | None = None
    # What the part lies under, outermost first: chapters of an outline, a file within an archive.
    # Headings within a Markdown text are in the text.
    headings: tuple[str, ...] = ()
    # How many of these, from the outermost on, are names of files: of a ZIP's, of a mail's.
    files: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for people about what could not be read, of a file that could be otherwise."""

    text: str


Read: TypeAlias = Contents | Part | Note


class Unreadable(Exception):
    """The file cannot be read."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
