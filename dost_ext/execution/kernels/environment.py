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


def forgetful(directory: Path) -> tuple[dict[str, str], Path]:
    """What has IPython's kernels keep their history in memory, set up in a directory.

    As variables, and as a file for those that do not see the directory.
    """
    profile = directory / "profile_default"
    profile.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = profile / "ipython_kernel_config.py"
    config.write_text(_IPYTHON_CONFIG)
    # An account of its own reads it where it is a sandbox's.
    config.chmod(0o644)
    return {"IPYTHONDIR": str(directory)}, config
