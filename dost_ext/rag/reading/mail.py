"""E-mails, their attachments, and mailboxes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message, MIMEPart

from dost_ext.rag.reading.html import markdown_of
from dost_ext.rag.reading.parts import Contents, Form, Part, Read

MEDIA_TYPE = "message/rfc822"
_MAILBOX_TYPE = "application/mbox"
_FIELDS = ("Subject", "From", "To", "Cc", "Date")
_BETWEEN_MAILS = re.compile(rb"(?:\A|(?<=\n))From [^\n]*\n")

# Reads what lies in another file, given its name and content; gives parts and notes.
ReadWithin = Callable[[str, bytes], Iterator[Read]]


def read_mail(content: bytes, read_within: ReadWithin) -> Iterator[Read]:
    """A mail's fields, its text, then its attachments."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    yield Contents(MEDIA_TYPE, _field(message, "Subject"))
    fields = ((name, _field(message, name)) for name in _FIELDS)
    yield Part("\n".join(f"{name}: {value}" for name, value in fields if value), "plain")
    body = message.get_body(("plain", "html"))
    if body is not None:
        yield Part(*_text_of(body))
    for attachment in _attachments(message, body):
        name = attachment.get_filename() or _name_of(attachment)
        if packed := _bytes_of(attachment):
            yield from read_within(name, packed)


def read_mailbox(content: bytes, read_within: ReadWithin) -> Iterator[Read]:
    """Every mail of an mbox file, under its subject."""
    yield Contents(_MAILBOX_TYPE)
    for number, raw in enumerate(_BETWEEN_MAILS.split(content)[1:], 1):
        message = message_from_bytes(raw[: 64 * 1024], policy=policy.default)
        subject = _field(message, "Subject")
        yield from read_within(f"{subject or number}.eml", raw)


def _field(message: MIMEPart, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    # The standard library stumbles over some malformed addresses and dates.
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        return ""


def _text_of(body: MIMEPart) -> tuple[str, Form]:
    raw = _bytes_of(body)
    try:
        text = raw.decode(body.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = raw.decode(errors="replace")
    if body.get_content_subtype() == "html":
        return markdown_of(text)[1], "markdown"
    return text.replace("\r\n", "\n"), "plain"


def _attachments(message: EmailMessage, body: MIMEPart | None) -> Iterator[MIMEPart]:
    """What is not the text: also what other programs do not call an attachment."""
    for part in _leaves(message):
        alternative = part.get_content_maintype() == "text" and not part.get_filename()
        # Pictures that a text shows, and the same text as HTML.
        inline = "Content-ID" in part and part.get_content_maintype() == "image"
        if part is not body and not alternative and not inline:
            yield part


def _leaves(message: MIMEPart) -> Iterator[MIMEPart]:
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.iter_parts():
        yield from _leaves(part)


def _name_of(attachment: MIMEPart) -> str:
    forwarded = attachment.get_content_type() == "message/rfc822"
    return "forwarded mail.eml" if forwarded else "attachment"


def _bytes_of(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    inner = part.get_payload()
    forwarded = inner[0] if isinstance(inner, list) and inner else None
    return forwarded.as_bytes() if isinstance(forwarded, Message) else b""
