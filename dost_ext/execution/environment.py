"""What a kernel's process finds in its environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

# The database's address, keys and tokens of the server are none of a kernel's business.
_SECRET = re.compile(
    r"^(DOST|PG|AWS|AZURE|GOOGLE|JUPYTERHUB|JPY)_?"
    r"|(API_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(_|$)|DATABASE_URL$",
    re.IGNORECASE,
)


# IPython would write every line of everybody's code into one file.
_IPYTHON_CONFIG = "c.HistoryManager.hist_file = ':memory:'\n"


def of_kernels(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The server's environment (or the one given) without what looks like a secret."""
    given = os.environ if environment is None else environment
    return {name: value for name, value in given.items() if not _SECRET.search(name)}


def forgetful(directory: Path) -> dict[str, str]:
    """What has IPython's kernels keep their history in memory, set up in a directory."""
    profile = directory / "profile_default"
    profile.mkdir(mode=0o700, parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(_IPYTHON_CONFIG)
    return {"IPYTHONDIR": str(directory)}
