"""A provider as the rest of the feature sees it, wherever it was declared."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from dost_ext.models.kinds import Kind, kind_of

Source = Literal["database", "file", "environment", "discovered", "builtin"]


@dataclass(frozen=True, slots=True)
class Provider:
    """An account with a model server. The key shows in no ``repr``."""

    id: str
    name: str
    kind_name: str
    source: Source
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    key_lost: bool = False  # it was saved under another secret of the server
    enabled: bool = True
    models: tuple[str, ...] = ()
    # Names, or patterns of names, of the models that see pictures although nobody tells so.
    vision: tuple[str, ...] = ()

    def sees(self, model: str) -> bool:
        """Whether one of its models was declared to see pictures."""
        return any(fnmatchcase(model, pattern) for pattern in self.vision)

    @property
    def kind(self) -> Kind:
        """How it is spoken to."""
        return kind_of(self.kind_name)

    @property
    def address(self) -> str | None:
        """Its own address, else that of its kind; None where litellm knows it."""
        return self.base_url or self.kind.base_url

    @property
    def label(self) -> str:
        """Its name in sentences for the user."""
        return self.kind.label if self.name == self.kind_name else self.name
