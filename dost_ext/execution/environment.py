"""What a kernel's process finds in its environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

# The database's address, keys and tokens of the server are none of a kernel's business.
_SECRET = re.compile(
    r"^(DOST|PG|AWS|AZURE|GOOGLE|JUPYTERHUB|JPY)_?"
    r"|(API_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(_|$)|DATABASE_URL$",
    re.IGNORECASE,
)


def of_kernels(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The server's environment (or the one given) without what looks like a secret."""
    given = os.environ if environment is None else environment
    return {name: value for name, value in given.items() if not _SECRET.search(name)}
