"""Which rows stand together, and which cases a count may be linked to."""

from __future__ import annotations

from typing import Any

import pytest

from phytovigil.dossier.case_links import find_target, list_cases_of_pair, split_cases
from phytovigil.dossier.grouping import group_forests, group_tables
from phytovigil.dossier.linking import link_text
from phytovigil.dossier.page import name_reactions


def name_groups(groups: Any) -> list[tuple[str, list[str]]]:
    return [(group.heading, [name for name, _ in group.pairs]) for group in groups]


def test_sensitivity_analyses_stand_under_their_reaction_led_by_the_main_one(findings: dict[str, Any]) -> None:
    groups = name_groups(group_forests(findings["sources"][0]["pairs"])["sensitivity"])
    assert groups[0][1][0] == "main analysis"
    assert groups[0][1][-2:] == ["with likely names", "suspected duplicates folded"]
    assert groups[1] == ("Skin pigment change (narrow)", ["main analysis", "any role", "women only"])


def test_a_table_holds_every_pair_once(findings: dict[str, Any]) -> None:
    pairs = findings["sources"][0]["pairs"]
    tables = group_tables(pairs)
    shown = [pair["id"] for groups in tables.values() for group in groups for _, pair in group.pairs]
    assert sorted(shown) == sorted(pair["id"] for pair in pairs)


def test_controls_are_split_by_what_is_expected(findings: dict[str, Any]) -> None:
    groups = name_groups(group_tables(findings["sources"][0]["pairs"])["controls"])
    assert [heading for heading, _ in groups] == ["Positive controls", "Negative controls"]
    assert groups[0][1][0] == "Nicotinic acid and Flushing"


def test_parts_without_pairs_make_no_table() -> None:
    assert group_tables([]) == {}


@pytest.fixture
def source(findings: dict[str, Any]) -> dict[str, Any]:
    demo: dict[str, Any] = findings["sources"][0]
    return demo


def test_a_suspect_count_leaves_out_concomitant_cases(source: dict[str, Any]) -> None:
    pair = source["pairs"][0]
    source["case_list"][0]["products"][0]["role"] = "concomitant"
    assert list_cases_of_pair(source, pair, "examplewort") == []
    assert len(list_cases_of_pair(source, pair | {"a": 3}, "examplewort")) == 3
    anyone = pair | {"selection": pair["selection"] | {"role": "any"}}
    assert len(list_cases_of_pair(source, anyone, "examplewort")) == 4


def test_every_choice_of_roles_takes_its_own_cases(source: dict[str, Any]) -> None:
    """Four cases, the product in another role in each."""
    pair, cases = source["pairs"][0], source["case_list"]
    jaundiced = [case for case in cases if pair["reaction"] in case["reactions"]]
    for case, role in zip(jaundiced, ("primary suspect", "suspect", "interacting", "concomitant"), strict=True):
        case["products"][0]["role"] = role
    named = {}
    for role, count in (("primary", 1), ("suspect", 3), ("any", 4)):
        asked = pair | {"a": count, "selection": pair["selection"] | {"role": role}}
        named[role] = [case["case_id"] for case in list_cases_of_pair(source, asked, "examplewort")]
    every = [case["case_id"] for case in jaundiced]
    assert named == {"primary": every[:1], "suspect": every[:3], "any": every}


@pytest.mark.parametrize("change", [{"sex": ["female"]}, {"years": [2010, 2012]}, {"serious": False}])
def test_a_narrower_selection_names_no_cases_but_links_to_its_reaction(source: dict[str, Any], change: Any) -> None:
    pair = source["pairs"][0]
    pair = pair | {"selection": pair["selection"] | change}
    assert list_cases_of_pair(source, pair, "examplewort") == []
    assert find_target(source, pair, "examplewort") == "section-cases-demo-jaundice-narrow"


def test_another_product_has_no_cases_here(source: dict[str, Any]) -> None:
    pair = source["pairs"][0] | {"product": "otherroot"}
    assert find_target(source, pair, "examplewort") == ""
    assert list_cases_of_pair(source, pair, "examplewort") == []


def test_a_count_of_more_cases_than_are_listed_has_no_link(source: dict[str, Any]) -> None:
    """Likely names add cases that the list of the main analysis does not hold; a list that was cut says so itself."""
    pair = next(pair for pair in source["pairs"] if pair["label"] == "with likely names")
    assert (pair["a"], find_target(source, pair, "examplewort")) == (5, "")
    assert list_cases_of_pair(source, pair, "examplewort") == []
    source["case_list_note"] = "The first 36 of 40 cases, oldest first."
    assert find_target(source, pair, "examplewort") == "section-cases-demo-jaundice-narrow"


def test_cases_are_split_without_loss(source: dict[str, Any]) -> None:
    with_reaction, others = split_cases(source)
    assert (len(with_reaction), len(others)) == (5, 31)


def test_a_term_of_the_broad_list_only_is_named_as_such() -> None:
    titles = {"jaundice/narrow": "Jaundice", "jaundice/broad": "Jaundice (broad)", "itch/narrow": "Itch"}
    assert name_reactions(["jaundice/broad", "itch/narrow"], titles) == "Jaundice (broad); Itch"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("see https://example.org/a?b=1&c=2", '<a href="https://example.org/a?b=1&amp;c=2">'),
        ("doi: 10.1/x", "doi: 10.1/x"),
        ("no address here", "no address here"),
    ],
)
def test_only_addresses_become_links(text: str, html: str) -> None:
    assert html in link_text(text)
