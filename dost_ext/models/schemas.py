"""What crosses the wire about models and providers."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from dost_ext.core.wire import Request, Response
from dost_ext.models.provider import Source


class Capabilities(Response):
    """What a model can do, as far as is known; ``demo`` marks the built-in model."""

    vision: bool = False
    tools: bool = False
    tools_known: bool = Field(
        default=False, description="Whether `tools` was told; a model may have them all the same"
    )
    reasoning: bool = False
    demo: bool = False


class Model(Response):
    """A model that one may choose."""

    id: str = Field(description="provider/name")
    name: str
    provider: str
    capabilities: Capabilities
    context_window: int | None
    defaults: dict[str, Any]


class Models(Response):
    """The models one may use."""

    items: list[Model]
    default_model: str | None


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("not a valid address") from None
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() for c in url):
        raise ValueError("give an address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address must not hold a user name or password; use the key's field")
    if parts.query or parts.fragment:
        raise ValueError("an address must have no ? and no #")
    return url.rstrip("/")


def _free(name: str) -> str:
    if name in ("builtin", "fake"):
        raise ValueError("this name is dost's own; choose another")
    return name


def _one_line(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if not text.isascii() or not text.isprintable():
        raise ValueError("a key is one line of plain characters")
    return key


ProviderName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=63, description="Begins its models' ids"),
    AfterValidator(_free),
]
KindName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=63)]
BaseUrl = Annotated[str, Field(max_length=500), AfterValidator(_address)]
ModelName = Annotated[str, Field(min_length=1, max_length=200)]
ModelNames = Annotated[list[ModelName], Field(max_length=500)]
ApiKey = Annotated[SecretStr, Field(max_length=4000), AfterValidator(_one_line)]


class NewProvider(Request):
    """A provider to connect. Without ``models`` it is asked which it has."""

    name: ProviderName
    kind: KindName
    base_url: BaseUrl | None = None
    api_key: ApiKey | None = None
    enabled: bool = True
    models: ModelNames = []


class ChangeProvider(Request):
    """What changes about a provider; what is left out stays, and ``null`` removes."""

    name: ProviderName | None = None
    kind: KindName | None = None
    base_url: BaseUrl | None = None
    api_key: ApiKey | None = None
    enabled: bool | None = None
    models: ModelNames | None = None


class ProviderView(Response):
    """A provider as an admin sees it: whether it has a key, never the key."""

    id: str
    name: str
    kind: str
    base_url: str | None
    enabled: bool
    has_key: bool
    source: Source
    models: list[str]


class Providers(Response):
    """Every provider."""

    items: list[ProviderView]


class ProviderTest(Response):
    """Whether a provider answers."""

    ok: bool
    detail: str
    models: int
