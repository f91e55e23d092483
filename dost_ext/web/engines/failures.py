"""The errors of searches, in sentences that name the engine and never its key."""

from __future__ import annotations

from math import inf

from dost_ext.core.errors import TooManyRequests, UpstreamFailed

# Seconds to wait where an engine does not say how many.
WAIT = 60.0


class SearchFailed(UpstreamFailed):
    """A search came to nothing."""

    title = "The search failed"
    code = "search_failed"


def too_late(name: str, seconds: float) -> SearchFailed:
    """An engine did not answer in time."""
    return SearchFailed(f"{name} did not answer in {seconds:g} seconds.")


def unreachable(name: str) -> SearchFailed:
    """There was no connection to an engine, or it broke."""
    return SearchFailed(f"{name} cannot be reached.")


def refused(name: str, status: int) -> SearchFailed:
    """An engine answered with a status that is no success."""
    if status in (401, 403):
        return SearchFailed(f"{name} does not accept the key.")
    if 300 <= status < 400:
        return SearchFailed(
            f"{name} redirects to another address. Its own has to be the final one."
        )
    if status >= 500:
        return SearchFailed(f"{name} failed ({status}).")
    return SearchFailed(f"{name} did not accept the search ({status}).")


def unknown_form(name: str) -> SearchFailed:
    """An engine gave an answer that cannot be understood."""
    return SearchFailed(f"{name} answered in a form that dost does not know.")


def too_many(name: str, retry_after: str | None = None) -> TooManyRequests:
    """An engine takes no more searches until the seconds of its ``Retry-After`` have passed."""
    said = f"{name} takes no more searches for the moment."
    return TooManyRequests(said, retry_after=_seconds(retry_after))


def _seconds(retry_after: str | None) -> float:
    try:
        seconds = float(retry_after or WAIT)
    except ValueError:  # a date
        return WAIT
    return seconds if 0 <= seconds < inf else WAIT
