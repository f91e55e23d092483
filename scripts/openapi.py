"""Writes `frontend/openapi.json`, from which the page's types are generated; `--check` compares."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from dost_ext import __version__
from dost_ext.core import about
from dost_ext.core.openapi import document
from dost_ext.services import Options, Services

TARGET = Path(__file__).parent.parent / "frontend" / "openapi.json"


def current() -> str:
    """The document of the code as it is; no server is started."""
    # Nothing is signed: the services are only built for their routes.
    os.environ.setdefault("DOST_SECRET_KEY", "x" * 32)
    with tempfile.TemporaryDirectory() as folder:
        services = Services(Options(Path(folder)))
        routes = [*services.routes(), *about.routes(lambda: "ok")]
    return json.dumps(document(routes, __version__), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the file, or say that it is out of date."""
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(current())
        return 0
    if TARGET.read_text() == current():
        return 0
    print("frontend/openapi.json is out of date: run `make openapi` and commit the change.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
