"""`dost doctor`: checks what dost needs, and says what to do about what is missing."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

import psycopg
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.paths import jupyter_config_path
from jupyter_server.extension.config import ExtensionConfigManager

from dost_ext import __version__
from dost_ext.cli.session import finish, parser, storage_of
from dost_ext.core.database import libpq_url
from dost_ext.core.errors import DostError
from dost_ext.core.page import Site
from dost_ext.core.settings import ServerSettings
from dost_ext.execution.kernels.policy import sandbox_by
from dost_ext.migrations import head, revision_of
from dost_ext.models.builtin.supervisor import BuiltinModel
from dost_ext.models.client import ChatRequest
from dost_ext.models.events import TextDelta
from dost_ext.rag.embedding.apart import BuiltinEmbedder
from dost_ext.storage import Storage
from dost_sandbox.probe import tried

Verdict = Literal["ok", "note", "fail"]
MARKS: dict[Verdict, str] = {"ok": "✓", "note": "•", "fail": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `note` is for what dost can do without."""

    subject: str
    verdict: Verdict
    sentence: str


Check = Callable[[Storage], Awaitable[Finding]]


def run(argv: list[str]) -> int:
    """Check everything; 1 when something that dost needs is missing."""
    arguments = parser("doctor", "Checks what dost needs and says what to do.").parse_args(argv)
    return finish(lambda: _run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    storage = storage_of(arguments)
    print(f"dost {__version__}, Python {sys.version.split()[0]}, data in {storage.data_dir}\n")
    findings = []
    for check in CHECKS:
        finding = await check(storage)
        findings.append(finding)
        print(f"  {MARKS[finding.verdict]} {finding.subject:<10} {finding.sentence}")
    failed = [f.subject for f in findings if f.verdict == "fail"]
    print(f"\n{'Something is missing: ' + ', '.join(failed) if failed else 'All is well.'}")
    return 1 if failed else 0


async def check_database(storage: Storage) -> Finding:
    """Whether the database can be had and its schema is ours."""
    try:
        async with storage.opened() as database:
            url = libpq_url(database.url)
            version, revision = await asyncio.to_thread(_ask_database, url)
    except DostError as error:
        return Finding("database", "fail", error.detail)
    kind = "embedded" if storage.embedded else "your own server"
    if revision != head():
        return Finding("database", "fail", f"its schema is {revision}, not {head()}: start dost")
    return Finding("database", "ok", f"PostgreSQL {version} ({kind}), schema {revision}")


def _ask_database(url: str) -> tuple[str, str | None]:
    with psycopg.connect(url) as connection:
        row = connection.execute("show server_version").fetchone()
        return str(row[0]) if row else "?", revision_of(connection)


async def check_extension(storage: Storage) -> Finding:
    """Whether `jupyter lab` will load dost."""
    try:
        import_module("dost_ext.app")
    except ImportError as error:
        return Finding("extension", "fail", f"cannot be loaded: {error}")
    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    if manager.get_jpserver_extensions().get("dost_ext"):  # type: ignore[no-untyped-call]
        return Finding("extension", "ok", "Jupyter Server loads it, so JupyterLab has the panel")
    return Finding(
        "extension",
        "note",
        "not enabled in this environment's Jupyter: jupyter server extension enable dost_ext",
    )


async def check_page(storage: Storage) -> Finding:
    """Whether the page is built."""
    if Site().shell is None:
        return Finding("page", "fail", "not built: run make build in the checkout")
    return Finding("page", "ok", "built")


async def check_model(storage: Storage) -> Finding:
    """Whether the built-in model answers."""
    builtin = BuiltinModel()
    if not builtin.available:
        return Finding("model", "note", builtin.explain())
    question = ChatRequest(builtin.name, [{"role": "user", "content": "Say hello."}])
    said = ""
    try:
        async for event in builtin.client().stream(question):
            if isinstance(event, TextDelta):
                said += event.text
    except DostError as error:
        return Finding("model", "fail", error.detail)
    finally:
        await builtin.stop()
    return Finding("model", "ok", f"the built-in model answers: “{said.strip()[:60]}”")


async def check_embedder(storage: Storage) -> Finding:
    """Whether documents are found by their meaning, and not by their words alone."""
    embedder = BuiltinEmbedder()
    if (lacking := embedder.missing()) is not None:
        return Finding("documents", "note", f"found by their words alone: {lacking}")
    try:
        await embedder.embed(["hello"])
    except DostError as error:
        return Finding("documents", "fail", error.detail)
    finally:
        await embedder.close()
    return Finding("documents", "ok", f"found by words and by meaning ({embedder.name})")


async def check_kernel(storage: Storage) -> Finding:
    """Whether there is a Jupyter kernel to run code in."""
    names = sorted(KernelSpecManager().find_kernel_specs())
    if names:
        return Finding("kernel", "ok", f"Jupyter kernels: {', '.join(names)}")
    return Finding("kernel", "note", "no Jupyter kernel is installed: pip install ipykernel")


async def check_sandbox(storage: Storage) -> Finding:
    """Whether code can be run apart from everything else."""
    sandbox = sandbox_by(ServerSettings(), hidden=storage.data_dir)
    reason = await asyncio.to_thread(tried, sandbox)
    if reason is None:
        return Finding("sandbox", "ok", "code runs in one, apart from everything else")
    return Finding("sandbox", "note", f"there is none, so only administrators run code: {reason}")


CHECKS: tuple[Check, ...] = (
    check_database,
    check_extension,
    check_page,
    check_model,
    check_embedder,
    check_kernel,
    check_sandbox,
)
