"""Who counts under whom."""

from __future__ import annotations

import pytest

from phytovigil.errors import InvalidVocabulary
from phytovigil.schema.vocabulary import Node
from phytovigil.vocabulary.hierarchy import Hierarchy


def nodes(**parents: str) -> list[Node]:
    return [Node(id=name, name=name, kind="group", parents=tuple(above.split())) for name, above in parents.items()]


def test_members_and_ancestors_hold_the_node_itself() -> None:
    tree = Hierarchy(nodes(top="", leaf="top", juice="leaf", other=""))
    assert tree.members(0) == ("top", "leaf", "juice")
    assert tree.members(3) == ("other",)
    assert tree.ancestors(2) == (2, 1, 0)
    assert tree.ancestors(0) == (0,)


def test_two_parents_meet_once() -> None:
    tree = Hierarchy(nodes(top="", left="top", right="top", low="left right"))
    assert sorted(tree.ancestors(3)) == [0, 1, 2, 3]
    assert tree.members(0) == ("top", "left", "right", "low")


def test_a_parent_may_come_later_in_the_files() -> None:
    assert Hierarchy(nodes(low="top", top="")).members(1) == ("low", "top")


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(InvalidVocabulary, match="“kava” is given to two nodes"):
        Hierarchy([*nodes(kava=""), *nodes(kava="")])


def test_an_unknown_parent_is_refused() -> None:
    with pytest.raises(InvalidVocabulary, match="parent “opioids” of node “tramadol” does not exist"):
        Hierarchy(nodes(tramadol="opioids"))


@pytest.mark.parametrize("parents", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "a"}])
def test_a_cycle_is_refused(parents: dict[str, str]) -> None:
    with pytest.raises(InvalidVocabulary, match="among its own parents"):
        Hierarchy(nodes(**parents))
