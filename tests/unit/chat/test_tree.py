"""Places in the tree of messages, for any tree."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from dost_ext.chat.tree import leaf_after_deletion, leaf_below, parents_first, subtree


@dataclass(frozen=True)
class Node:
    """A message as a place in the tree."""

    id: UUID
    parent_id: UUID | None


@st.composite
def forests(draw: st.DrawFn) -> list[Node]:
    """Some trees: each node hangs below an earlier one or at the top; ids in any order."""
    ids = draw(st.lists(st.uuids(), unique=True, max_size=30))
    return [Node(id, draw(st.sampled_from([None, *ids[:place]]))) for place, id in enumerate(ids)]


def parents_of(nodes: list[Node]) -> dict[UUID, UUID | None]:
    return {node.id: node.parent_id for node in nodes}


def ancestors(id: UUID | None, parents: dict[UUID, UUID | None]) -> set[UUID]:
    found = set()
    while id is not None:
        found.add(id)
        id = parents[id]
    return found


@given(forests(), st.randoms())
def test_parents_come_first_whatever_the_order(nodes: list[Node], random: object) -> None:
    shuffled = list(nodes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    ordered = parents_first(shuffled)
    seen: set[UUID | None] = {None}
    for node in ordered:
        assert node.parent_id in seen
        seen.add(node.id)
    assert sorted(n.id for n in ordered) == sorted(n.id for n in nodes)
    assert ordered == parents_first(nodes)


@given(forests().filter(bool))
def test_a_subtree_is_what_has_the_root_above_it(nodes: list[Node]) -> None:
    parents, root = parents_of(nodes), nodes[0].id
    assert subtree(root, parents) == {n for n in parents if root in ancestors(n, parents)}


@given(forests())
def test_the_leaf_below_has_nothing_below_it(nodes: list[Node]) -> None:
    parents = parents_of(nodes)
    for start in (None, *parents):
        leaf = leaf_below(start, parents)
        assert leaf not in parents.values() or leaf is None
        assert start is None or (leaf is not None and start in ancestors(leaf, parents))


@given(forests().filter(bool), st.data())
def test_after_a_deletion_a_whole_branch_is_shown(nodes: list[Node], data: st.DataObject) -> None:
    parents = parents_of(nodes)
    deleted = data.draw(st.sampled_from(list(parents)))
    current = data.draw(st.sampled_from([None, *parents]))
    leaf = leaf_after_deletion(current, deleted, parents)
    left = {n: p for n, p in parents.items() if n not in subtree(deleted, parents)}
    if current in left:
        assert leaf == current
    else:
        assert leaf in left or (leaf is None and (not left or parents[deleted] is not None))
        assert leaf is None or leaf not in left.values()


def test_a_very_deep_tree_needs_no_recursion() -> None:
    ids = [UUID(int=n) for n in range(20_000)]
    nodes = [Node(id, ids[n - 1] if n else None) for n, id in enumerate(ids)]
    parents = parents_of(nodes)
    assert parents_first(nodes) == nodes
    assert leaf_below(None, parents) == ids[-1]
    assert leaf_after_deletion(ids[-1], ids[10_000], parents) == ids[9_999]
