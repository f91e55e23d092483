"""Files that hold no words that can be read, and what to do instead."""

from __future__ import annotations

from collections.abc import Set

from dost_ext.rag.reading.parts import Unreadable

PICTURE = (
    "This is a picture. Attach it to a message instead, or make its words readable with OCR "
    "(text recognition) and upload the PDF or text."
)
SOUND = "This is a sound or video recording. Upload a transcript of it."
PROGRAM = "This is a program, not a document."
DATA = (
    "This is a file of data, not of words. Attach it to a message to work on it with code, or "
    "save it as .csv and upload that."
)
OTHER_ARCHIVE = "Archives of this kind cannot be read. Pack the files as .zip and upload that."
BINARY_WORKBOOK = "This is a binary workbook. Save it as .xlsx and upload that."
PASSWORD = "This file is protected by a password. Save it without one and upload that."  # noqa: S105

# What a file begins with, and the sentence.
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF87a", PICTURE),
    (b"GIF89a", PICTURE),
    (b"II*\0", PICTURE),
    (b"MM\0*", PICTURE),
    (b"8BPS", PICTURE),
    (b"\0\0\1\0", PICTURE),
    (b"ID3", SOUND),
    (b"OggS", SOUND),
    (b"fLaC", SOUND),
    (b"\x1a\x45\xdf\xa3", SOUND),
    (b"\xff\xfb", SOUND),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM),
    (b"\0asm", PROGRAM),
    (b"PAR1", DATA),
    (b"ARROW1", DATA),
    (b"FEA1", DATA),
    (b"\x89HDF\r\n\x1a\n", DATA),
    (b"SQLite format 3\0", DATA),
    (b"\x93NUMPY", DATA),
    (b"\x1f\x8b", OTHER_ARCHIVE),
    (b"BZh", OTHER_ARCHIVE),
    (b"\xfd7zXZ\0", OTHER_ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", OTHER_ARCHIVE),
    (b"Rar!\x1a\x07", OTHER_ARCHIVE),
    (b"\x28\xb5\x2f\xfd", OTHER_ARCHIVE),
    (b"%!PS", "This is a PostScript file. Save it as PDF and upload that."),
    (b"AT&TFORM", "This is a DjVu file. Save it as PDF and upload that."),
)
# Of the containers that name their type after some bytes.
_BRANDS = {
    b"WEBP": PICTURE,
    b"WAVE": SOUND,
    b"AVI ": SOUND,
    b"heic": PICTURE,
    b"heix": PICTURE,
    b"mif1": PICTURE,
    b"avif": PICTURE,
}

# Streams of old Office files, and what to save them as.
_OLD_OFFICE = (
    ("EncryptedPackage", PASSWORD),
    (
        "WordDocument",
        "This is a Word file of the old kind (.doc). Save it as .docx and upload that.",
    ),
    (
        "PowerPoint Document",
        "This is a PowerPoint file of the old kind (.ppt). Save it as .pptx and upload that.",
    ),
    (
        "Workbook",
        "This is an Excel file of the old kind (.xls). Save it as .xlsx and upload that.",
    ),
    ("__substg1.0_", "This is a mail as Outlook keeps it (.msg). Save it as .eml and upload that."),
)

_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": ("a text of OpenDocument", ".docx"),
    b"application/vnd.oasis.opendocument.presentation": ("slides of OpenDocument", ".pptx"),
    b"application/vnd.oasis.opendocument.spreadsheet": ("a table of OpenDocument", ".xlsx"),
}


def refuse_known(content: bytes) -> None:
    """Raise `Unreadable` for pictures, recordings, programs, data and archives other than ZIP."""
    for beginning, sentence in _BEGINNINGS:
        if content.startswith(beginning):
            raise Unreadable(sentence)
    if content.startswith(b"RIFF") or content[4:8] == b"ftyp":
        raise Unreadable(_BRANDS.get(content[8:12], SOUND))
    # Two letters say little: these are sure when what they announce is there too.
    if content.startswith(b"MZ") and b"\0" in content[:64]:
        raise Unreadable(PROGRAM)
    if content.startswith(b"BM") and content[6:10] == b"\0\0\0\0":
        raise Unreadable(PICTURE)
    if content[257:262] == b"ustar":
        raise Unreadable(OTHER_ARCHIVE)
    if content[60:68] == b"BOOKMOBI":
        raise Unreadable("This is a Kindle book. Save it as EPUB or PDF and upload that.")
    if b"<svg" in content[:1024] and b"<html" not in content[:1024].lower():
        raise Unreadable(PICTURE)


def refuse_old_office(content: bytes) -> None:
    """Raise `Unreadable` for a file of the container that Office used until 2007."""
    for stream, sentence in _OLD_OFFICE:
        # Names in the container's directory are in UTF-16.
        if stream.encode("utf-16-le") in content:
            raise Unreadable(sentence)
    raise Unreadable(
        "This is an Office file of an old kind. Save it as .docx, .pptx or .xlsx and upload that."
    )


def refuse_packed(names: Set[str], media_type: bytes) -> None:
    """Raise `Unreadable` for ZIPs that are documents of kinds that cannot be read.

    `names` are the paths in the ZIP, `media_type` what its first member says it is.
    """
    if "xl/workbook.bin" in names:
        raise Unreadable(BINARY_WORKBOOK)
    for beginning, (what, ending) in _OPEN_DOCUMENT.items():
        if media_type.startswith(beginning):
            raise Unreadable(f"This is {what}. Save it as {ending} and upload that.")
    if any(name.endswith(".iwa") for name in names):
        raise Unreadable(
            "This is a file of Pages, Keynote or Numbers. Export it as PDF, Word, PowerPoint or "
            "Excel and upload that."
        )
    if names and all(name.endswith(".npy") for name in names):
        raise Unreadable(DATA)
