"""Other names of reaction terms: what they must join, and what they must never join."""

from __future__ import annotations

from itertools import product

import pytest

from phytovigil.vocabulary import load_reactions

REACTIONS = load_reactions("2026-11-22")
APART = (
    ("skin-pigmentation", "jaundice"),
    ("skin-pigmentation", "skin-depigmentation"),
    ("skin-pigmentation", "flushing"),
    ("skin-depigmentation", "jaundice"),
)


def held(group: str) -> frozenset[str]:
    """What a group counts, by the names of today."""
    return REACTIONS.currents(REACTIONS.group(group).broad)


def american(term: str) -> set[str]:
    """Spellings of a term that a person may type, made without the program's own list."""
    other = {
        "OUR": "OR", "AEMI": "EMI", "OEDEMA": "EDEMA", "FAE": "FE", "ISED": "IZED", "LEUK": "LEUC", "HAEM": "HEM",
    }  # fmt: skip
    return {term.lower(), term.title(), f" {term}. ", *(term.replace(*pair) for pair in other.items())}


@pytest.mark.parametrize(("left", "right"), APART)
def test_no_variant_joins_two_groups_that_are_kept_apart(left: str, right: str) -> None:
    assert held(left)
    assert not held(left) & held(right)
    names = [{name for term in REACTIONS.group(group).broad for name in american(term)} for group in (left, right)]
    for one, other in product(*names):
        assert REACTIONS.terms.current(one) != REACTIONS.terms.current(other), (one, other)


@pytest.mark.parametrize("group", REACTIONS.groups, ids=lambda group: group.name)
def test_no_variant_brings_an_excluded_term_into_its_group(group: object) -> None:
    for term, _ in group.excluded:  # type: ignore[attr-defined]
        for name in american(term):
            assert REACTIONS.terms.current(name) not in held(group.name), name  # type: ignore[attr-defined]


@pytest.mark.parametrize("group", REACTIONS.groups, ids=lambda group: group.name)
def test_a_group_holds_every_spelling_of_its_terms(group: object) -> None:
    for term in group.broad:  # type: ignore[attr-defined]
        for name in american(term):
            places = {
                item.name for item, place, _ in REACTIONS.places(REACTIONS.terms.current(name)) if place != "excluded"
            }
            assert group.name in places, name  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "term",
    [
        "FECES DISCOLORED",
        "TOOTH DISCOLORATION",
        "TONGUE DISCOLORATION",
        "NAIL DISCOLORATION",
        "SPUTUM DISCOLORED",
        "URINE COLOR ABNORMAL",
        "CHROMATURIA",
        "LIP DISCOLORATION",
        "APPLICATION SITE DISCOLORATION",
        "YELLOW SKIN",
        "SCLERAL DISCOLORATION",
        "HYPERCAROTINEMIA",
        "LEUCODERMA",
        "LIVEDO RETICULARIS",
        "EYE COLOR CHANGE",
        "PRODUCT COLOR ISSUE",
        "REACTION TO COLORING",
        "COLOR BLINDNESS",
    ],
)
def test_discoloured_and_not_the_skin(term: str) -> None:
    assert REACTIONS.terms.current(term) not in held("skin-pigmentation")


def test_the_new_version_holds_all_that_the_older_one_did() -> None:
    older = load_reactions("2026-11")
    for group in older.groups:
        assert set(group.narrow) <= set(REACTIONS.group(group.name).narrow)
        assert set(group.broad) <= set(REACTIONS.group(group.name).broad)


@pytest.mark.parametrize(
    ("group", "term", "place"),
    [
        ("jaundice", "JAUNDICE ACHOLURIC", "narrow"),
        ("jaundice", "CHOLESTATIC PRURITUS", "broad"),
        ("jaundice", "HYPERCAROTINAEMIA", "excluded"),
        ("jaundice", "XANTHOCHROMIA", "excluded"),
        ("liver-injury", "CYTOLYTIC HEPATITIS", "narrow"),
        ("liver-injury", "HEPATOCELLULAR DAMAGE", "narrow"),
        ("liver-injury", "ULTRASOUND LIVER ABNORMAL", "broad"),
        ("liver-injury", "JAUNDICE ACHOLURIC", "excluded"),
        ("liver-injury", "HEPATIC NEOPLASM MALIGNANT", "excluded"),
        ("itch", "CHOLESTATIC PRURITUS", "broad"),
        ("itch", "GENITAL PRURITUS FEMALE", "excluded"),
        ("photosensitivity", "POLYMORPHIC LIGHT ERUPTION", "narrow"),
        ("skin-pigmentation", "TISSUE DISCOLOURATION", "excluded"),
        ("rash", "TOXIC SKIN ERUPTION", "narrow"),
        ("seizure", "GRAND MAL CONVULSION", "narrow"),
        ("seizure", "CONVULSION NEONATAL", "narrow"),
    ],
)
def test_where_a_term_of_the_new_version_stands(group: str, term: str, place: str) -> None:
    found = {item.name: where for item, where, _ in REACTIONS.places(REACTIONS.terms.current(term))}
    assert found[group] == place
