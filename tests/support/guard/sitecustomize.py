"""Python runs this first in each process that has this folder in its path: it has no network."""

import tests.support.no_network  # noqa: F401  (its import is the guard)
