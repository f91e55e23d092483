"""dost: the open AI chat workbench that lives in Jupyter."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """What Jupyter Server loads."""
    from dost_ext.app import DostApp

    return [{"module": "dost_ext", "app": DostApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where JupyterLab finds the panel in a development install."""
    return [{"src": "../labextension/dost", "dest": "@dost/labextension"}]
