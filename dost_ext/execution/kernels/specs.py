"""The kernels that are installed."""

from __future__ import annotations

import logging
import time
from typing import Any

from jupyter_core.utils import ensure_async

from dost_ext.core.errors import NotFound, NotReady
from dost_ext.core.gateway import UNREACHABLE
from dost_ext.execution import schemas
from dost_ext.execution.kernels.languages import aliases_of, speaks

log = logging.getLogger("dost")

# Looking through the directories of kernelspecs takes some milliseconds.
KEPT_SECONDS = 10.0


class Kernelspecs:
    """Jupyter's kernelspecs, of this machine or of a gateway."""

    def __init__(self, specs: Any, manager: Any, *, at_gateway: bool) -> None:
        self._specs = specs
        self._manager = manager
        self._at_gateway = at_gateway
        self._found: list[schemas.Kernelspec] | None = None
        self._found_at = 0.0

    async def all(self) -> list[schemas.Kernelspec]:
        """All of them, by the name that people see. Raises `NotReady` for a gateway away."""
        if self._found is None or time.monotonic() - self._found_at > KEPT_SECONDS:
            try:
                found = await ensure_async(self._specs.get_all_specs())
            except Exception as error:  # of whatever a gateway's client raises
                if not self._at_gateway:
                    raise
                log.warning("the kernels cannot be listed: %r", error)
                raise NotReady(UNREACHABLE, code="gateway_away") from error
            items = [_read(name, one.get("spec") or {}) for name, one in found.items()]
            self._found = sorted(items, key=lambda spec: spec.display_name.lower())
            self._found_at = time.monotonic()
        return self._found

    async def default(self) -> str | None:
        """The name of the one that starts where none is named; None where there is none."""
        names = [spec.name for spec in await self.all()]
        wanted: str = self._manager.default_kernel_name
        return wanted if wanted in names else next(iter(names), None)

    async def named(self, name: str) -> schemas.Kernelspec:
        """One of them. Raises `NotFound`."""
        for spec in await self.all():
            if spec.name == name:
                return spec
        raise NotFound(f"There is no kernel {name!r:.80} here.", code="no_kernelspec")

    async def named_or_default(self, name: str) -> schemas.Kernelspec:
        """One of them, or the default where it is no longer installed. Raises `NotFound`."""
        found = next((spec for spec in await self.all() if spec.name == name), None)
        return found or await self.speaking("")

    async def speaking(self, language: str) -> schemas.Kernelspec:
        """One that speaks a language, the default before others; or else the default.

        Raises `NotFound` where none is installed.
        """
        name = await self.default()
        if name is None:
            raise NotFound("No kernel is installed here.", code="no_kernelspec")
        default = await self.named(name)
        if not language or speaks(default.language, language):
            return default
        speaking = (spec for spec in await self.all() if speaks(spec.language, language))
        return next(speaking, default)


def _read(name: str, spec: dict[str, Any]) -> schemas.Kernelspec:
    language = str(spec.get("language") or "")
    title = str(spec.get("display_name") or name)
    return schemas.Kernelspec(
        name=name, display_name=title, language=language, aliases=aliases_of(language)
    )
