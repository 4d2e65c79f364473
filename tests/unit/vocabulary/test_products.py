"""What the product vocabulary answers, on the data that came with the program."""

from __future__ import annotations

import time

import pytest

from phytovigil.errors import UnknownName
from phytovigil.schema.vocabulary import NODE_KINDS
from phytovigil.vocabulary import ProductVocabulary, load_products
from phytovigil.vocabulary.loading import read_products


@pytest.fixture(scope="module")
def products() -> ProductVocabulary:
    return load_products("2026-11")


def test_kratom_is_one_group_of_three_nodes(products: ProductVocabulary) -> None:
    assert products.members("kratom") == ("kratom", "kratom-leaf", "mitragynine", "7-hydroxymitragynine")
    leaf = products.position("kratom-leaf")
    assert [products.nodes[place].id for place in products.ancestors(leaf)] == ["kratom-leaf", "kratom"]


def test_the_extract_counts_under_its_plant_and_not_the_other_way(products: ProductVocabulary) -> None:
    assert set(products.members("green-tea")) == {"green-tea", "green-tea-extract"}
    assert products.members("green-tea-extract") == ("green-tea-extract",)
    assert "eleuthero" not in products.members("ginseng")
    assert "kratom-leaf" not in products.members("opioid")


@pytest.mark.parametrize(
    ("asked", "node_id"),
    [
        ("kratom", "kratom"),
        ("KRATOM", "kratom"),
        ("kratom-leaf", "kratom-leaf"),
        ("Kratom leaf", "kratom-leaf"),
        ("Mitragyna speciosa", "kratom-leaf"),
        ("krathom", "kratom-leaf"),
        ("7-OH", "7-hydroxymitragynine"),
        ("St. John's wort", "st-johns-wort"),
        ("paracetamol", "acetaminophen"),
        ("skullcap", "skullcap"),
        ("scullcap", "skullcap"),
        ("Zoloft", "sertraline"),
    ],
)
def test_a_person_may_ask_by_id_name_or_any_unambiguous_name(
    products: ProductVocabulary, asked: str, node_id: str
) -> None:
    assert products.node(asked).id == node_id


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("kratmo", "kratom"),
        ("kratum", "kratom"),
        ("turmerc", "turmeric"),
        ("sertaline", "sertraline"),
        ("jhons wort", "st-johns-wort"),
    ],
)
def test_a_misspelt_name_is_an_error_with_near_names(products: ProductVocabulary, asked: str, near: str) -> None:
    with pytest.raises(UnknownName) as caught:
        products.node(asked)
    assert near in caught.value.near
    assert f"“{asked}” in vocabulary 2026-11" in caught.value.message


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("hydroxycut", "formula changed"),
        ("centrum silver", "multivitamin"),
        ("ketum", "ketoprofen gel.*Did you mean “kratom-leaf” or “ketoprofen”"),
        ("maeng da", "strain.*Did you mean “kratom-leaf”"),
        ("silver", "colour.*Did you mean “colloidal-silver”"),
    ],
)
def test_a_refused_name_says_why_it_is_refused(products: ProductVocabulary, asked: str, reason: str) -> None:
    with pytest.raises(UnknownName, match=reason):
        products.node(asked)


@pytest.mark.parametrize("asked", ["", "?", "zzzzzz", "q"])
def test_nothing_near_is_said_plainly(products: ProductVocabulary, asked: str) -> None:
    assert products.find(asked) == ()
    with pytest.raises(UnknownName) as caught:
        products.node(asked)
    assert caught.value.near == ()


def test_find_gives_the_best_first(products: ProductVocabulary) -> None:
    assert [node.id for node in products.find("kratom")][:2] == ["kratom", "kratom-leaf"]
    assert products.find("melatonine")[0].id == "melatonin"
    assert {node.id for node in products.find("ketum")} >= {"ketoprofen", "kratom-leaf"}


def test_names_say_what_they_are_and_where_they_come_from(products: ProductVocabulary) -> None:
    names = {name.text: name for name in products.names("kratom-leaf")}
    assert names["Mitragyna speciosa"].kind == "taxon"
    assert (names["KRATHOM"].kind, names["KRATHOM"].language) == ("vernacular", "th")
    assert names["KETUM"].kind == "context"
    assert "GEL" in names["KETUM"].note
    assert all(name.source for node in products.nodes for name in products.names(node.id))


def test_refusals_are_listed_with_their_reason(products: ProductVocabulary) -> None:
    refused = {match.matched: match for match in products.refusals}
    assert refused["KETUM"].rule == "needs-context"
    assert refused["CENTRUM SILVER"].rule == "false-friend"
    assert refused["HYDROXYCUT"].rule == "withheld"
    assert refused["K"].rule == "needs-context"
    assert all(match.node == "" and match.why.endswith(".") for match in products.refusals)


def test_a_common_word_is_remarked_on_only_when_it_is_all_there_is(products: ProductVocabulary) -> None:
    assert [match.rule for match in products.resolve("GOLD")] == ["needs-context"]
    assert products.resolve("GOLD BOND POWDER") == ()


def test_map_texts_gives_each_pair_once_and_in_order(products: ProductVocabulary) -> None:
    texts = ["KRATOM KRATOM (MITRAGYNA SPECIOSA)", "WATER", "KAVA, VALERIAN AND KRATOM"]
    where, found = products.map_texts(iter(texts))
    assert where == [0, 2, 2, 2]
    assert [products.nodes[place].id for place in found[:1]] == ["kratom-leaf"]
    assert {products.nodes[place].id for place in found[1:]} == {"kava", "valerian", "kratom-leaf"}
    assert found[1:] == sorted(found[1:])
    assert products.map_texts([]) == ([], [])


def test_every_node_is_well_formed(products: ProductVocabulary) -> None:
    assert len(products.nodes) > 250
    for node in products.nodes:
        assert node.kind in NODE_KINDS
        assert node.id == node.id.lower()
        assert " " not in node.id
        assert products.node(node.id) is node
        assert products.node(node.name) is node


def test_there_are_at_least_seventy_botanicals_beside_kratom(products: ProductVocabulary) -> None:
    assert sum(node.kind == "botanical" for node in products.nodes) > 70


def test_every_name_of_a_node_leads_back_to_it(products: ProductVocabulary) -> None:
    for node in products.nodes:
        for name in products.names(node.id):
            if name.kind != "context":
                assert {match.node for match in products.resolve(name.text)} == {node.id}, name.text


def test_loading_and_mapping_stay_quick(products: ProductVocabulary, project_root: object) -> None:
    # Generous bounds: they catch a loop over all names, not a slow machine.
    folder = project_root / "src" / "phytovigil" / "vocabulary" / "data" / "products"  # type: ignore[operator]
    start = time.perf_counter()
    read_products(folder / products.version)
    assert time.perf_counter() - start < 0.75
    texts = ["PURITAN'S PRIDE GREEN TEA EXTRACT 315 MG RAPID RELEASE CAPSULES"] * 10_000
    start = time.perf_counter()
    products.map_texts(texts)
    assert time.perf_counter() - start < 1.0
