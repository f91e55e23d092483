"""What the fork server imports, so that a process for a file starts with everything at hand."""

from __future__ import annotations

import gc
from importlib import import_module

_MODULES = (
    "bs4",
    "charset_normalizer",
    "lxml.etree",
    "mammoth",
    "markdownify",
    "openpyxl",
    "pptx",
    "pypdf",
    "striprtf.striprtf",
    "trafilatura",
    "dost_ext.rag.reading.archive",
    "dost_ext.rag.reading.book",
    "dost_ext.rag.reading.child",
    "dost_ext.rag.reading.html",
    "dost_ext.rag.reading.mail",
    "dost_ext.rag.reading.notebook",
    "dost_ext.rag.reading.page",
    "dost_ext.rag.reading.pdf",
    "dost_ext.rag.reading.rich_text",
    "dost_ext.rag.reading.sheets",
    "dost_ext.rag.reading.slides",
    "dost_ext.rag.reading.texts",
    "dost_ext.rag.reading.word",
)

for _module in _MODULES:
    import_module(_module)

# Pages of memory that no garbage collection writes to stay shared with every process forked.
gc.collect()
gc.freeze()
