"""The kernel of a notebook: which one its code is for, and how its metadata name it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from dost_ext.execution.kernels.languages import is_known, speaks
from dost_ext.notebooks.loose import mapping, text
from dost_ext.notebooks.portable import PortableConversation, PortableKernel, PortableMessage

Json = dict[str, Any]

PYTHON = PortableKernel("python3", "Python 3 (ipykernel)", "python")
# Jupyter's own three, for code that never ran.
USUAL = (PYTHON, PortableKernel("ir", "R", "R"), PortableKernel("julia", "Julia", "julia"))


def usual(language: str) -> PortableKernel:
    """The kernel that a language mostly has; kernels are often called as their language is."""
    found = (kernel for kernel in USUAL if speaks(kernel.language, language))
    return next(found, PortableKernel(language, language, language))


def candidates(
    found: PortableConversation, shown: Iterable[PortableMessage]
) -> list[PortableKernel]:
    """The kernels that its notebook may have, each before those that are less likely.

    They are the conversation's own, those in which its code ran, the last first, and the usual.
    """
    own = [found.kernel] if found.kernel is not None and found.kernel.language else []
    titles = {kernel.name: kernel.display_name for kernel in (*USUAL, *own)}
    ran = []
    for one in (one for message in shown for one in message.executions if one.language):
        if one.kernel_name:
            title = titles.get(one.kernel_name, one.kernel_name)
            ran.append(PortableKernel(one.kernel_name, title, one.language))
        else:
            ran.append(usual(one.language))
    return list(dict.fromkeys([*own, *reversed(ran), *USUAL]))


def most_used(
    kernels: Iterable[PortableKernel],
    own: PortableKernel | None,
    ran: Counter[str],
    written: Counter[str],
) -> PortableKernel:
    """The kernel in whose language most code ran; of several alike the conversation's own.

    Where none ran, that is its own if any code is for it, or else the one of most code.
    """

    def rank(kernel: PortableKernel) -> tuple[int, bool, int]:
        said = _count(kernel, written)
        return _count(kernel, ran), kernel == own and said > 0, said

    # Of several alike the first.
    return max(kernels, key=rank)


def _count(kernel: PortableKernel, names: Counter[str]) -> int:
    return sum(count for name, count in names.items() if speaks(kernel.language, name))


def kernelspec(kernel: PortableKernel) -> Json:
    """The kernel as the metadata of a notebook have it."""
    return asdict(kernel)


def kernel_of(metadata: Json) -> PortableKernel:
    """The kernel that the metadata of a notebook name, anybody's; Python's where they name none.

    The kernelspec says what an installed kernel says of itself, so it goes before the language.
    """
    info, spec = mapping(metadata.get("language_info")), mapping(metadata.get("kernelspec"))
    name = text(spec.get("name"))
    language = text(spec.get("language")) or text(info.get("name")) or _language_of(name or "")
    known = usual(language)
    if name is None:
        return PortableKernel(known.name, known.display_name, language)
    return PortableKernel(name, text(spec.get("display_name")) or name, language)


def _language_of(name: str) -> str:
    """The language of a kernel of which only the name is known: `ir`, `bash`, `julia-1.11`."""
    for kernel in USUAL:
        if kernel.name == name:
            return kernel.language
    first = name.split("-")[0]
    return first if is_known(first) else PYTHON.language
