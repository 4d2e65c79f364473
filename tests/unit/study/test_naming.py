"""What a person calls a product or a reaction, and what it means."""

from __future__ import annotations

import pytest

from phytovigil.errors import UnknownName
from phytovigil.study.naming import find_near, is_slip, name_product, name_reaction
from phytovigil.vocabulary import load_products, load_reactions

PRODUCTS = load_products("2026-11")
REACTIONS = load_reactions("2026-11")
TERMS = ("JAUNDICE", "NAUSEA", "SKIN DISCOLOURATION", "DEATH")


@pytest.mark.parametrize("asked", ["kratom", "KRATOM", " Kratom "])
def test_node_in_any_case(asked: str) -> None:
    named = name_product(asked, PRODUCTS)
    assert (named.key, named.reported) == ("kratom", False)
    assert {"kratom-leaf", "mitragynine"} <= {node for node, _ in named.nodes}


def test_vocabulary_comes_before_a_reported_name() -> None:
    assert name_product("kava", PRODUCTS, ["KAVA"]).key == "kava"


@pytest.mark.parametrize("asked", ["super beta prostate", "SUPER BETA PROSTATE", "reported:Super Beta Prostate"])
def test_reported_name_in_any_case_keeps_its_spelling(asked: str) -> None:
    named = name_product(asked, PRODUCTS, ["Super Beta Prostate", "OTHER"])
    assert (named.key, named.name) == ("reported:Super Beta Prostate", "Super Beta Prostate")
    assert (named.kind, named.nodes) == ("as reported", ())


@pytest.mark.parametrize("asked", ["kratum", "KRATUM", "Valerain"])
def test_slip_of_the_pen_that_somebody_else_made_too(asked: str) -> None:
    with pytest.raises(UnknownName) as caught:
        name_product(asked, PRODUCTS, [asked.upper()])
    assert f"“reported:{asked.upper()}”" in caught.value.hint
    assert name_product(f"reported:{asked}", PRODUCTS, [asked.upper()]).reported


def test_kratum_is_a_slip_and_a_longer_name_is_not() -> None:
    assert is_slip("KRATUM", PRODUCTS)
    assert is_slip("VALERAIN", PRODUCTS)
    assert not is_slip("SUPER BETA PROSTATE", PRODUCTS)
    assert not is_slip("KRATOM POWDER", PRODUCTS)


def test_unknown_product_shows_near_names_of_both() -> None:
    with pytest.raises(UnknownName) as caught:
        name_product("valerain", PRODUCTS, ["VALERIANA FORTE", "BREAD"])
    assert "valerian" in caught.value.near
    assert "BREAD" not in caught.value.near


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("jaundice", "jaundice/narrow"),
        ("jaundice/narrow", "jaundice/narrow"),
        ("jaundice/broad", "jaundice/broad"),
        ("group:jaundice", "jaundice/narrow"),
        ("JAUNDICE", "JAUNDICE"),
        ("term:jaundice", "JAUNDICE"),
        ("Nausea", "NAUSEA"),
        ("  skin   discolouration ", "SKIN DISCOLOURATION"),
        ("Itch", "itch/narrow"),
        ("Liver-Injury/broad", "liver-injury/broad"),
        ("Death", "DEATH"),
        ("death", "death/narrow"),
    ],
)
def test_reaction_is_a_group_or_a_term(asked: str, key: str) -> None:
    assert name_reaction(asked, REACTIONS, TERMS).key == key


def test_group_holds_its_terms_and_a_term_itself() -> None:
    group = name_reaction("jaundice/broad", REACTIONS, TERMS)
    assert set(name_reaction("jaundice", REACTIONS, TERMS).terms) < set(group.terms)
    assert (group.kind, group.name, group.scope) == ("group", "jaundice", "broad")
    term = name_reaction("JAUNDICE", REACTIONS, TERMS)
    assert (term.kind, term.terms, term.scope) == ("term", ("JAUNDICE",), "")


@pytest.mark.parametrize("asked", ["jaundise", "NAUSEAA", "group:nausea", "term:liver-injury", "jaundice/wide"])
def test_unknown_reaction_is_an_error_with_near_names(asked: str) -> None:
    with pytest.raises(UnknownName) as caught:
        name_reaction(asked, REACTIONS, TERMS)
    assert caught.value.asked == asked
    assert caught.value.near or "reactions list" in caught.value.hint


def test_find_near_is_ordered_and_bounded() -> None:
    assert find_near("NAUSAE", ["BREAD", "NAUSEA", "NAUSEOUS"], 2)[0] == "NAUSEA"
    assert find_near("NAUSEA", ["BREAD"], 2) == []
    assert len(find_near("A", ["A", "A1", "A2"], 2, 0)) == 2


VARIANTS = load_reactions("2026-11-22")
REPORTED = ("CHILLS", "RIGORS", "CONVULSION", "SKIN DISCOLOURATION", "NO ADVERSE EVENT", "DEATH")


@pytest.mark.parametrize(
    ("asked", "key", "terms"),
    [
        ("RIGORS", "CHILLS", ("CHILLS", "RIGORS")),
        ("chills", "CHILLS", ("CHILLS", "RIGORS")),
        ("term:rigors", "CHILLS", ("CHILLS", "RIGORS")),
        ("SEIZURE", "CONVULSION", ("CONVULSION",)),
        ("CONVULSION", "CONVULSION", ("CONVULSION",)),
        ("skin discoloration", "SKIN DISCOLOURATION", ("SKIN DISCOLOURATION",)),
    ],
)
def test_a_term_is_counted_with_its_variants_and_called_as_reported(
    asked: str, key: str, terms: tuple[str, ...]
) -> None:
    for known in (REPORTED, {term: VARIANTS.terms.current(term) for term in REPORTED}):
        named = name_reaction(asked, VARIANTS, known)
        assert (named.key, named.name, named.terms, named.scope) == (key, key, terms, "")


def test_a_group_is_asked_for_by_its_own_name_though_it_is_spelt_as_a_term() -> None:
    assert name_reaction("death", VARIANTS, REPORTED).key == "death/narrow"
    assert name_reaction("Death", VARIANTS, REPORTED).key == "DEATH"


@pytest.mark.parametrize("asked", ["No adverse event", "term:NOT CODED"])
def test_what_names_no_reaction_is_an_error_that_says_so(asked: str) -> None:
    with pytest.raises(UnknownName, match="reactions unmapped"):
        name_reaction(asked, VARIANTS, REPORTED)


@pytest.mark.parametrize("asked", ["RIGOR", "SKIN DISCOLORING", "group:chills"])
def test_a_term_that_is_no_variant_is_still_unknown(asked: str) -> None:
    with pytest.raises(UnknownName) as caught:
        name_reaction(asked, VARIANTS, REPORTED)
    assert caught.value.near or "reactions list" in caught.value.hint
