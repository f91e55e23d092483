"""Keeps Python's garbage collector from stopping every stream at once.

A full collection looks at every object there is: with Jupyter Server and SQLAlchemy imported that
is 90 ms or more in which nothing is answered. What is made while dost starts stays as long as the
process does, so the collector need never look at it again.
"""

from __future__ import annotations

import gc

# Objects made, less those freed, before the young ones are looked through. Python's own 700 are two
# turns' worth.
YOUNG = 3_000


def hold() -> None:
    """Collect nothing while what is to stay is made."""
    gc.disable()


def settle() -> None:
    """Leave all that is here out of later collections, and collect again."""
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()
