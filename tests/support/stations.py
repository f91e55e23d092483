"""A PDF of fifty pages that all look alike, and what is asked of it."""

from __future__ import annotations

from tests.support.documents import pdf

PAGES = 50
NAMES = [f"{first}{last}" for first in ("Nor", "Sud", "Ost", "Wes", "Mit") for last in (
    "burg", "feld", "haven", "mark", "stein", "tal", "wald", "berg", "furt", "heim"
)]  # fmt: skip
QUESTIONS = 25


def code_of(station: int) -> str:
    """The access code of a station."""
    return f"{(station * 7919 + 1234) % 10000:04d}-{chr(65 + station % 26)}"


def stations_pdf() -> bytes:
    """A page for each station; all of them say nearly the same."""
    pages = [
        f"Station {name} is one of the measuring stations of the northern network.\n"
        f"It records temperature, wind and the height of the water every ten minutes.\n"
        f"The access code of station {name} is {code_of(number)}. It is changed once a year.\n"
        "Whoever visits the station signs the book beside the door and locks the gate.\n"
        "The station is visited four times a year, and the instruments are checked then.\n"
        "In winter the road is closed at times; then a visit has to wait for the spring."
        for number, name in enumerate(NAMES)
    ]
    return pdf(*pages, title="Handbook of stations")


def asked() -> list[tuple[str, str, int]]:
    """Question, code and page of every second station."""
    return [
        (f"what is the access code of station {NAMES[n]}?", code_of(n), n + 1)
        for n in range(0, 2 * QUESTIONS, 2)
    ]
