"""The tree of messages: order, paths, and what follows a message that goes away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar
from uuid import UUID


class Node(Protocol):
    """A message, seen as a place in the tree."""

    @property
    def id(self) -> UUID:
        """Its id; sorts by the time of its making."""

    @property
    def parent_id(self) -> UUID | None:
        """The message it answers or follows; None for a first message."""


N = TypeVar("N", bound=Node)


def parents_first(nodes: Iterable[N]) -> list[N]:
    """The nodes with each parent before its children, siblings in the order they were made.

    Ids nearly always say this order already; clocks of two servers may disagree.
    """
    children: dict[UUID | None, list[N]] = {}
    for node in sorted(nodes, key=lambda n: n.id):
        children.setdefault(node.parent_id, []).append(node)
    ordered: list[N] = []
    level = children.get(None, [])
    while level:
        ordered.extend(level)
        level = [child for node in level for child in children.get(node.id, [])]
    return ordered


def subtree(root: UUID, parents: Mapping[UUID, UUID | None]) -> set[UUID]:
    """`root` and every message below it; `parents` maps each message to its parent."""
    children: dict[UUID | None, list[UUID]] = {}
    for node, parent in parents.items():
        children.setdefault(parent, []).append(node)
    found: set[UUID] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        found.add(node)
        pending.extend(children.get(node, []))
    return found


def leaf_below(start: UUID | None, parents: Mapping[UUID, UUID | None]) -> UUID | None:
    """The end of the newest branch below `start` (None: below the top of the tree)."""
    newest: dict[UUID | None, UUID] = {}
    for node, parent in parents.items():
        if parent not in newest or node > newest[parent]:
            newest[parent] = node
    leaf = start
    while leaf in newest:
        leaf = newest[leaf]
    return leaf


def leaf_after_deletion(
    current: UUID | None, deleted: UUID, parents: Mapping[UUID, UUID | None]
) -> UUID | None:
    """Where the shown branch ends once `deleted` and all below it are gone.

    It stays where it is unless it was part of that; then the newest sibling branch is shown, or
    the parent when there is none.
    """
    gone = subtree(deleted, parents)
    if current is not None and current not in gone:
        return current
    left = {node: parent for node, parent in parents.items() if node not in gone}
    return leaf_below(parents.get(deleted), left)
