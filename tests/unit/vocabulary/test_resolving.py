"""The steps of resolving a string, on a small vocabulary made up for the test."""

from __future__ import annotations

import pytest

from phytovigil.schema.vocabulary import Node, NodeName, Setting
from phytovigil.vocabulary import ProductVocabulary
from phytovigil.vocabulary.matching import NO_NODE, Claim
from phytovigil.vocabulary.parts import Decision, Dictionary, MatchingRules, VocabularyParts

WORDS = {
    "forms": frozenset({"OIL", "POWDER", "TABLETS"}),
    "qualities": frozenset({"ORGANIC"}),
    "units": frozenset({"MG"}),
    "latin_parts": frozenset({"HERBA", "RADIX"}),
    "common_epithets": frozenset({"OFFICINALIS"}),
    "contradicting": frozenset({"HYDROCHLORIDE"}),
    "medicine_endings": frozenset({"SARTAN"}),
}
NAMED = [
    # id, kind, names
    ("valerian", "botanical", ["VALERIAN", "VALERIANA"]),
    ("cinnamon", "botanical", ["CINNAMON"]),
    ("black-cohosh", "botanical", ["BLACK COHOSH"]),
    ("garlic", "botanical", ["GARLIC"]),
    ("vitamin-b12", "nutrient", ["VITAMIN B12"]),
    ("vitamin-b", "nutrient", ["VITAMIN B"]),
    ("valsartan", "medicine", ["VALSARTAN"]),
    ("greens", "product", ["GREENS"]),
]


def build(**more: object) -> ProductVocabulary:
    rules = MatchingRules(2, WORDS, {"CINNABON": "a bakery"})
    parts = VocabularyParts("test", rules, hashes=["0"], **more)  # type: ignore[arg-type]
    for position, (node_id, kind, names) in enumerate(NAMED):
        parts.nodes.append(
            Node(node_id, node_id, kind, taxon="Valeriana officinalis L." if node_id == "valerian" else "")
        )
        parts.names[node_id] = tuple(NodeName(name, "name", "a book") for name in names)
        for name in names:
            parts.add_claim(tuple(name.split()), Claim(position, "name"), node_id)
    parts.add_claim(("VALERIANA", "OFFICINALIS"), Claim(0, "taxon"), "valerian")
    parts.names["valerian"] += (NodeName("Valeriana officinalis", "taxon", "a book"),)
    parts.add_claim(("GINGER", "BEER"), Claim(NO_NODE, "withheld", "A drink."), "drinks")
    return ProductVocabulary(parts)


def read(text: str, products: ProductVocabulary | None = None) -> dict[str, str]:
    """Node -> certainty."""
    return {match.node: match.certainty for match in (products or build()).resolve(text) if match.node}


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("BLACKCOHOSH", "black-cohosh"),
        ("BLA CKCOHOSH", "black-cohosh"),
        ("COHOSH, BLACK", "black-cohosh"),
        ("GARLICS", "garlic"),
        ("GARLICOIL", "garlic"),
        ("ORGANICGARLIC", "garlic"),
        ("GARLIC500MG", "garlic"),
        ("GARLICVALERIAN", "garlic valerian"),
        ("VALERIANAE RADIX", "valerian"),
        ("VALERIANAE OFFICINALIS", "valerian"),
        ("V. OFFICINALIS", ""),
        ("VITAMIN B 12", "vitamin-b12"),
        ("VITAMIN B1, 2 TABLETS", ""),
        ("GREEN", ""),
        ("GARLICKY", ""),
        ("OIL", ""),
    ],
)
def test_another_writing_of_a_name_is_certain(text: str, nodes: str) -> None:
    assert read(text) == dict.fromkeys(nodes.split(), "certain")


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("CINAMIN", "cinnamon"),
        ("CINNAMEN", "cinnamon"),
        ("BLACK KOHASH", "black-cohosh"),
        ("BALCK COHOSH", "black-cohosh"),
        ("VALARIAN", "valerian"),
        ("KARLIC", ""),
        ("GARL", ""),
        ("CINNABON", ""),
        ("VALERIAM HYDROCHLORIDE", ""),
        ("VALSARTIN", "valsartan"),
        ("VALRSATRAN", ""),
        ("BLUE COHASH", ""),
    ],
)
def test_a_spelling_is_repaired_within_bounds(text: str, nodes: str) -> None:
    assert read(text) == dict.fromkeys(nodes.split(), "likely")


def test_a_word_as_near_to_two_names_is_refused_with_both() -> None:
    products = build()
    parts = products._parts
    parts.nodes.append(Node("cinnamol", "cinnamol", "constituent"))
    parts.names["cinnamol"] = (NodeName("CINNAMOL", "name", "a book"),)
    parts.add_claim(("CINNAMOL",), Claim(len(parts.nodes) - 1, "name"), "cinnamol")
    (match,) = ProductVocabulary(parts).resolve("CINNAMOX")
    assert (match.rule, match.certainty, match.node) == ("ambiguous", "refused", "")
    assert "“CINNAMOL” and “CINNAMON”" in match.why


def test_a_decision_comes_before_everything_and_is_about_the_whole_string() -> None:
    products = build(
        decided={("GARLIC", "BREAD"): Decision((), "A food.", "names.csv, line 2"), ("XYZ",): Decision((3, 0))}
    )
    assert read("GARLIC BREAD", products) == {}
    (refused,) = products.resolve("garlic bread")
    assert (refused.rule, refused.certainty) == ("withheld", "refused")
    assert "A food." in refused.why
    assert read("GARLIC BREADS", products) == {"garlic": "certain"}
    assert read("xyz", products) == {"garlic": "certain", "valerian": "certain"}
    assert {match.rule for match in products.resolve("XYZ")} == {"decided"}


def test_a_dictionary_counts_where_it_holds_more_of_the_string() -> None:
    entries = {"GARLIC BULB POWDER": (1,), "FENTANYL": (5,), "VALERIAN": (4,)}
    products = build(dictionaries=[Dictionary("a dictionary", entries)])
    assert read("FENTANYL 12 MG", products) == {"vitamin-b": "certain"}
    assert read("FENTANYL 12 MG\\GARLIC BULB POWDER", products) == {"vitamin-b": "certain", "cinnamon": "certain"}
    assert read("VALERIAN", products) == {"valerian": "certain"}
    (match,) = products.resolve("(FENTANYL)")
    assert (match.rule, match.evidence, match.score) == ("dictionary", "a dictionary", 1.0)


def test_each_match_says_what_it_rests_on() -> None:
    (certain,) = build().resolve("GARLIC 500 MG")
    assert (certain.rule, certain.certainty, certain.score, certain.evidence) == ("name", "certain", 1.0, "a book")
    (likely,) = build().resolve("CINNAMEN")
    assert (likely.rule, likely.certainty, likely.score) == ("spelling", "likely", 0.875)
    assert "one letter away from “CINNAMON”" in likely.why


def test_a_setting_decides_only_names_that_ask_for_one() -> None:
    products = build()
    claim = Claim(3, "context", "Why.", settings=frozenset({("route", "ORAL"), ("country", "FR")}))
    products._parts.add_claim(("STINKER",), claim, "garlic")
    said = ProductVocabulary(products._parts)
    texts = ["STINKER", "STINKER", "STINKER", "VALERIAN"]
    mapped = said.map_names(
        texts, [Setting(), Setting(route="Oral use"), Setting(country="FRG"), Setting(route="ORAL")]
    )
    assert (mapped.texts, mapped.nodes, mapped.unsettled) == ([1, 3], [3, 0], {0, 1, 2})


def test_the_memory_of_words_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["CINNAMEN", "VALARIAN", "CINAMIN", "CINNAMEN"]
    wanted = build().map_names(texts)
    monkeypatch.setattr("phytovigil.vocabulary.resolving.MOST_KEPT", 1)
    assert build().map_names(texts) == wanted
