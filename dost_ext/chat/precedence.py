"""Whose word holds for a turn: the request's, the conversation's, the user's, the model's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dost_ext.core.params import ChatParams


def merged_params(*layers: Mapping[str, Any]) -> ChatParams:
    """The parameters of all layers; of those named twice, the last."""
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer
    if not merged.get("stop"):
        # An empty list says that there are none where a default names some; providers refuse it.
        merged.pop("stop", None)
    return ChatParams.model_validate(merged)


def first_given(*prompts: str | None) -> str | None:
    """The first prompt that is given: an empty one says that there is none, whatever follows."""
    return next((prompt for prompt in prompts if prompt is not None), None)
