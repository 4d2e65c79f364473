"""Trees over reported terms: of reaction groups, and of a made-up MedDRA."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from phytovigil.schema.vocabulary import ReactionGroup
from phytovigil.vocabulary import load_reactions
from phytovigil.vocabulary.meddra import Meddra, load_meddra
from phytovigil.vocabulary.reaction_tree import ReactionTree, TreeNode, grow_group_tree, grow_meddra_tree


def held(tree: ReactionTree) -> dict[tuple[str, str], set[str]]:
    """Terms of every node, by level and name."""
    return {(node.level, node.name): set(tree.terms_of(place)) for place, node in enumerate(tree.nodes)}


def test_a_term_of_two_groups_is_in_both() -> None:
    groups = (
        ReactionGroup("one", "One", ("A",), ("A", "B", "C"), (), ""),
        ReactionGroup("two", "Two", ("B", "D"), ("B", "D"), (), ""),
    )
    tree = grow_group_tree(groups, ["A", "B", "C", "D", "E"], "made up")
    assert held(tree) == {
        ("broad group", "One"): {"A", "B", "C"},
        ("narrow group", "Two"): {"B", "D"},
        **{("term", name): {name} for name in "ABCDE"},
    }
    # The narrow list of One is its term A, and the two lists of Two are one: each kept once, at the lower level.
    assert tree.merged == 2
    paths = {node.name: node.path for node in tree.nodes}
    assert (paths["B"], paths["E"]) == ("One and Two › B", "E")


def test_reported_spellings_are_compared_in_upper_case() -> None:
    groups = (ReactionGroup("one", "One", ("A B",), ("A B", "C"), (), ""),)
    tree = grow_group_tree(groups, ["a  b", "C", "D"], "made up")
    assert held(tree)[("broad group", "One")] == {"a  b", "C"}


def test_every_term_of_our_own_groups_finds_its_groups() -> None:
    reactions = load_reactions()
    terms = sorted({term for group in reactions.groups for term in group.broad})
    nodes = held(grow_group_tree(reactions.groups, [*terms, "SOMETHING ELSE"], "own"))
    for group in reactions.groups:
        level = "broad group" if set(group.broad) != set(group.narrow) else "narrow group"
        if len(group.broad) > 1:
            assert nodes[(level, group.title)] == set(group.broad)


@pytest.fixture(scope="module")
def meddra(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Meddra:
    return load_meddra(synthetic.SyntheticMeddra().write(tmp_path_factory.mktemp("meddra")))


REPORTED = [
    "SYNTHETIC LEAF ACHE", "SYNTHETIC LEAF ACHE VARIANT", "SYNTHETIC ROOT ACHE", "SYNTHETIC SEED ACHE",
    "SYNTHETIC BARK ACHE FORMERLY", "SYNTHETIC RESIN TREMOR", "UNHEARD OF",
]  # fmt: skip


def test_meddra_over_reported_terms(meddra: Meddra) -> None:
    tree = grow_meddra_tree(meddra, REPORTED)
    assert tree.title == "MedDRA 99.1 (English), primary way up of each term"
    assert tree.levels == ("SOC", "HLGT", "HLT", "PT")
    assert tree.unmatched == ("UNHEARD OF",)
    assert tree.outdated == 1
    nodes = held(tree)
    first = {
        "SYNTHETIC LEAF ACHE", "SYNTHETIC LEAF ACHE VARIANT", "SYNTHETIC ROOT ACHE", "SYNTHETIC SEED ACHE",
        "SYNTHETIC BARK ACHE FORMERLY",
    }  # fmt: skip
    assert nodes[("PT", "Synthetic Leaf ache")] == {"SYNTHETIC LEAF ACHE", "SYNTHETIC LEAF ACHE VARIANT"}
    assert nodes[("HLT", "Synthetic high term 0")] == first
    assert ("HLGT", "Synthetic high group 0") not in nodes  # the same terms as the HLT below
    assert nodes[("SOC", "Synthetic class 0")] == set(REPORTED) - {"UNHEARD OF"}
    above = {node.name: node.above for node in tree.nodes}
    assert above["Synthetic Leaf ache"] == ("Synthetic class 0", "Synthetic high group 0", "Synthetic high term 0")


def test_all_ways_up_put_a_term_under_both_classes(meddra: Meddra) -> None:
    """The fifth term has a second way, through the class 1."""
    primary, both = (held(grow_meddra_tree(meddra, REPORTED, ways)) for ways in ("primary", "all"))
    fifth = {"SYNTHETIC SEED ACHE"}
    assert primary[("PT", "Synthetic Seed ache")] == both[("PT", "Synthetic Seed ache")] == fifth
    assert set().union(*(terms for (level, _), terms in both.items() if level == "HLT")) >= fifth
    wide = grow_meddra_tree(
        meddra, ["SYNTHETIC SEED ACHE", *(f"SYNTHETIC {place} STIFFNESS" for place in ("RESIN", "LATEX"))], "all"
    )
    assert wide.title.endswith("all ways up of each term")
    classes = {node.name: set(wide.terms_of(place)) for place, node in enumerate(wide.nodes) if node.level == "SOC"}
    assert all(len(terms) > 1 for terms in classes.values())


def test_leaves_and_nodes_are_whole_numbers_in_two_arrays(meddra: Meddra) -> None:
    tree = grow_meddra_tree(meddra, REPORTED)
    assert (tree.leaf.typecode, tree.node.typecode) == ("i", "i")
    assert len(tree.leaf) == len(tree.node)
    assert set(tree.node) == set(range(len(tree.nodes)))
    assert set(tree.leaf) == set(range(len(tree.leaves)))


def test_no_reported_term_gives_an_empty_tree(meddra: Meddra) -> None:
    assert grow_meddra_tree(meddra, []).nodes == ()
    assert grow_meddra_tree(meddra, ["UNHEARD OF"]).unmatched == ("UNHEARD OF",)
    assert grow_group_tree([], [], "none").nodes == ()


def test_a_node_names_its_way() -> None:
    assert TreeNode("c", "PT", ("a", "b")).path == "a › b › c"


def test_unknown_version_is_said(synthetic: ModuleType, tmp_path: Path) -> None:
    meddra = load_meddra(synthetic.SyntheticMeddra(release=None).write(tmp_path))
    assert grow_meddra_tree(meddra, REPORTED).title.startswith("MedDRA of an unknown version")
