"""How much of a file is read at most, and the counters that hold readers to it."""

from __future__ import annotations

from dataclasses import dataclass

from dost_ext.rag.reading.parts import Unreadable

# The longest books have some 3,000 pages; a PDF of more is a dump that is better split.
MOST_PAGES = 5_000
# Twenty long novels. Beyond it a search in one document no longer says much.
MOST_CHARACTERS = 20_000_000
# A large project with its documents; more is a backup.
MOST_MEMBERS = 2_000
# Three times the largest upload: texts shrink by that much, and what is unpacked is held in memory.
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
# Sheets of repeated rows shrink a hundredfold; a bomb shrinks a thousandfold.
MOST_SHRINKING = 300
# Below it a member may shrink as it likes: it does no harm.
HARMLESS_BYTES = 10 * 1024 * 1024
# An archive in an archive is usual, a mail in one too; a third level hides something.
DEEPEST = 2
# More sentences about what was left out would not be read.
MOST_NOTES = 20
# A part of plain text or code, in characters: some fifty pages, so that progress can be told.
PIECE = 100_000


@dataclass(slots=True)
class Unpacked:
    """What has come out of a file's archives so far, however they lie in one another."""

    size: int = 0
    members: int = 0

    @property
    def is_exhausted(self) -> bool:
        """Whether there were too many bytes or files."""
        return self.size > MOST_UNPACKED_BYTES or self.members > MOST_MEMBERS

    def add(self, size: int) -> None:
        """Count bytes that were unpacked.

        Raises `Unreadable` when there are too many.
        """
        self.size += size
        if self.size > MOST_UNPACKED_BYTES:
            raise Unreadable(
                f"Unpacked, this file is larger than {MOST_UNPACKED_BYTES // 1024**2} MB. "
                "Split it into smaller ones."
            )

    def add_member(self) -> None:
        """Count a file that lies in an archive.

        Raises `Unreadable` when there are too many.
        """
        self.members += 1
        if self.members > MOST_MEMBERS:
            raise Unreadable(
                f"This archive holds more than {MOST_MEMBERS:,} files. Split it into smaller ones."
            )


def check_pages(pages: int, kind: str) -> None:
    """Refuse a file of too many pages. `kind` is what people call it: PDF, presentation."""
    if pages > MOST_PAGES:
        raise Unreadable(
            f"This {kind} has {pages:,} pages; at most {MOST_PAGES:,} can be read. "
            "Split it into smaller files."
        )
