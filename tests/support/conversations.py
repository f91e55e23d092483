"""Conversations with everything that they may have, for properties of every format."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import orjson
from hypothesis import strategies as st

from dost_ext.files.contents import known
from dost_ext.notebooks.portable import (
    PortableConversation,
    PortableExecution,
    PortableKernel,
    PortableMessage,
)
from dost_ext.notebooks.settle import settle
from tests.support.pictures import picture

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
# Anything but NUL and halves of surrogate pairs, which no database column holds.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NAMES = TEXT.filter(bool)
TIMES = st.datetimes(
    datetime(1970, 1, 2), datetime(2026, 11, 25), timezones=st.just(UTC), allow_imaginary=False
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT
OBJECTS = st.dictionaries(TEXT, SCALARS | st.lists(SCALARS, max_size=2), max_size=2)
COUNTS = st.integers(0, 10**9)
MEDIA_TYPES = st.sampled_from(["text/plain", "text/html", "image/png", "application/x-unknown"])
BUNDLES = st.dictionaries(MEDIA_TYPES, TEXT, max_size=2) | st.dictionaries(
    st.sampled_from(["application/json", "application/vnd.odd+json"]), OBJECTS, max_size=1
)
OUTPUTS = st.lists(
    st.fixed_dictionaries(
        {
            "output_type": st.just("stream"),
            "name": st.sampled_from(["stdout", "stderr"]),
            "text": TEXT,
        }
    )
    | st.fixed_dictionaries(
        {"output_type": st.just("display_data"), "data": BUNDLES, "metadata": OBJECTS}
    )
    | st.fixed_dictionaries(
        {
            "output_type": st.just("execute_result"),
            "data": BUNDLES,
            "metadata": OBJECTS,
            "execution_count": st.none() | st.integers(0, 99),
        }
    )
    | st.fixed_dictionaries(
        {
            "output_type": st.just("error"),
            "ename": TEXT,
            "evalue": TEXT,
            "traceback": st.lists(TEXT, max_size=2),
        }
    ),
    max_size=2,
)
CALL_IDS = st.sampled_from(["call_0", "call_1"])
EXECUTIONS = st.builds(
    PortableExecution,
    block=st.none() | st.integers(0, 3),
    tool_call_id=st.none() | CALL_IDS,
    code=TEXT,
    kernel_name=TEXT,
    language=st.sampled_from(["python", "R", "julia", "odd", "bash"]),
    status=st.sampled_from(["ok", "error", "interrupted", "dead"]),
    execution_count=st.none() | st.integers(0, 99),
    asked=st.none() | st.booleans(),
    outputs=OUTPUTS,
    started_at=TIMES,
    duration_ms=st.none() | COUNTS,
)
CALLS = st.fixed_dictionaries(
    {
        "id": CALL_IDS,
        "name": st.sampled_from(["run_code", "look"]),
        "arguments": st.builds(lambda code: orjson.dumps({"code": code}).decode(), TEXT) | TEXT,
        "at": st.integers(0, 30),
        "round": st.integers(0, 2),
    },
    optional={
        "approval": st.sampled_from(["asked", "allowed", "declined"]),
        "result": st.fixed_dictionaries({"content": TEXT, "is_error": st.booleans()}),
    },
)
# Made once: building strategies takes longer than drawing from them.
MESSAGES = st.builds(
    PortableMessage,
    key=st.just(""),
    parent=st.none(),
    role=st.sampled_from(["system", "user", "assistant", "tool"]),
    content=TEXT,
    created_at=TIMES,
    reasoning=st.none() | NAMES,
    status=st.sampled_from(["complete", "interrupted", "cancelled", "error"]),
    model=st.none() | NAMES,
    params=st.none() | OBJECTS,
    usage=st.none() | st.fixed_dictionaries({"prompt_tokens": COUNTS, "duration_ms": COUNTS}),
    tool_calls=st.none() | st.lists(CALLS, min_size=1, max_size=2, unique_by=lambda one: one["id"]),
    error=st.none() | OBJECTS,
    rating=st.sampled_from([None, -1, 0, 1]),
    executions=st.lists(EXECUTIONS, max_size=2, unique_by=lambda one: one.block),
)
FILES = st.lists(
    st.builds(known, TEXT, st.sampled_from([picture(), b"words", "# Öğle\n".encode()])), max_size=2
)
GROWN = st.lists(st.tuples(st.integers(0, 9), MESSAGES), max_size=6)
KERNELS = st.builds(
    PortableKernel,
    name=NAMES,
    display_name=NAMES,
    language=st.sampled_from(["python", "R", "bash", "C++17", "odd language"]) | TEXT,
)
CONVERSATIONS = st.builds(
    PortableConversation,
    title=st.none() | NAMES,
    model=st.none() | NAMES,
    params=st.fixed_dictionaries({}, optional={"seed": st.integers(0, 99)}),
    kernel=st.none() | KERNELS,
    system_prompt=st.none() | NAMES,
    tags=st.lists(NAMES, unique=True, max_size=3),
    folder=st.lists(NAMES.filter(str.strip).map(str.strip), max_size=3),
    pinned=st.booleans(),
    archived=st.booleans(),
    created_at=TIMES,
)


@st.composite
def conversations(draw: st.DrawFn) -> PortableConversation:
    """A conversation with everything that it may have, in the order in which dost lists it."""
    tree: list[PortableMessage] = []
    for number, (above, found) in enumerate(draw(GROWN)):
        parent = [None, *(m.key for m in tree)][above % (number + 1)]
        tree.append(replace(found, key=f"m{number}", parent=parent))
    conversation = draw(CONVERSATIONS)
    conversation.messages = tree
    conversation.files = {f"f{n}": file for n, file in enumerate(draw(FILES))}
    for message in tree if conversation.files else ():
        message.attachments = draw(st.lists(st.sampled_from([*conversation.files]), max_size=2))
    conversation.current = tree[draw(COUNTS) % len(tree)].key if tree else None
    return settle(conversation, NOW)
