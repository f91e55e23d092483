"""Providers declared in a file: ``dost.toml`` or ``dost.yaml``."""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import yaml
from jupyter_core.paths import jupyter_config_path
from pydantic import Field, ValidationError, model_validator

from dost_ext.core.errors import NotReady
from dost_ext.core.wire import Request
from dost_ext.models.provider import Provider
from dost_ext.models.schemas import ModelNames, NewProvider

log = logging.getLogger("dost")

NAMES = ("dost.toml", "dost.yaml", "dost.yml")


class DeclaredProvider(NewProvider):
    """A provider in the file: as in the API, but the key may come from a variable.

    ``vision`` names those of its models that see pictures, where their server does not tell; a
    name may be a pattern such as ``qwen*-vl`` or ``*``.
    """

    api_key_env: str | None = Field(default=None, min_length=1, max_length=200)
    vision: ModelNames = []

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if self.api_key is not None and self.api_key_env is not None:
            raise ValueError("give api_key or api_key_env, not both")
        return self


class ConfigFile(Request):
    """The whole file."""

    providers: list[DeclaredProvider] = []

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        names = [provider.name for provider in self.providers]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"the provider “{name}” is declared twice")
        return self


def find_config_file(data_dir: Path, environ: Mapping[str, str]) -> Path | None:
    """The file that ``DOST_CONFIG_FILE`` names, else one in the data or Jupyter's directories.

    Raises:
        NotReady: the named file does not exist.
    """
    if named := environ.get("DOST_CONFIG_FILE"):
        path = Path(named).expanduser()
        if not path.is_file():
            raise _unusable(path, "there is no such file")
        return path
    folders = [data_dir, *map(Path, jupyter_config_path())]
    candidates = (folder / name for folder in folders for name in NAMES)
    return next((path for path in candidates if path.is_file()), None)


def read_config_file(path: Path, environ: Mapping[str, str] = os.environ) -> list[Provider]:
    """The providers that the file declares.

    Raises:
        NotReady: the file cannot be read; the sentence says what is wrong where.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
        declared = ConfigFile.model_validate(content or {})
    except ValidationError as error:
        raise _unusable(path, _first(error)) from None  # its text would quote keys
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise _unusable(path, f"line {line}: {error.problem}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        raise _unusable(path, str(error)) from error
    return [_provider(one, environ) for one in declared.providers]


def _provider(declared: DeclaredProvider, environ: Mapping[str, str]) -> Provider:
    key = declared.api_key.get_secret_value() if declared.api_key is not None else None
    if declared.api_key_env is not None:
        key = environ.get(declared.api_key_env) or None
        if key is None:
            log.warning(
                "The provider %s has no key: the variable %s is not set.",
                declared.name,
                declared.api_key_env,
            )
    return Provider(
        id=f"file-{declared.name}",
        name=declared.name,
        kind_name=declared.kind,
        source="file",
        base_url=declared.base_url,
        api_key=key,
        enabled=declared.enabled,
        models=tuple(declared.models),
        vision=tuple(declared.vision),
    )


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)[0]
    return f"{_path(found['loc'])}: {found['msg']}" if found["loc"] else found["msg"]


def _path(loc: tuple[Any, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)[1:]


def _unusable(path: Path, why: str) -> NotReady:
    return NotReady(f"The config file {path} cannot be used: {why}.", code="config_file")
