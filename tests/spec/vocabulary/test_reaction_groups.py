"""What the reaction groups hold, and what they must not hold."""

from __future__ import annotations

import pytest

from phytovigil.vocabulary import load_reactions

NAMES = (
    "skin-pigmentation",
    "skin-depigmentation",
    "jaundice",
    "liver-injury",
    "itch",
    "rash",
    "photosensitivity",
    "flushing",
    "gastrointestinal",
    "dependence-withdrawal",
    "seizure",
    "cardiac",
    "death",
    "drug-ineffective",
)


def test_the_groups_are_these() -> None:
    assert tuple(group.name for group in load_reactions().groups) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_group_explains_itself(name: str) -> None:
    group = load_reactions().group(name)
    assert group.note.endswith(".")
    assert group.excluded
    assert all(why for _, why in group.excluded)
    assert set(group.narrow) < set(group.broad)


@pytest.mark.parametrize(
    ("name", "term", "place"),
    [
        ("skin-pigmentation", "SKIN DISCOLOURATION", "narrow"),
        ("skin-pigmentation", "SKIN HYPERPIGMENTATION", "narrow"),
        ("skin-pigmentation", "ARGYRIA", "narrow"),
        ("skin-pigmentation", "SOLAR LENTIGO", "broad"),
        ("skin-pigmentation", "FAECES DISCOLOURED", "excluded"),
        ("skin-pigmentation", "YELLOW SKIN", "excluded"),
        ("skin-pigmentation", "JAUNDICE", "excluded"),
        ("skin-pigmentation", "NAIL DISCOLOURATION", "excluded"),
        ("skin-pigmentation", "TONGUE DISCOLOURATION", "excluded"),
        ("skin-pigmentation", "CYANOSIS", "excluded"),
        ("skin-pigmentation", "ERYTHEMA", "excluded"),
        ("skin-pigmentation", "SKIN HYPOPIGMENTATION", "excluded"),
        ("skin-depigmentation", "SKIN HYPOPIGMENTATION", "narrow"),
        ("skin-depigmentation", "VITILIGO", "narrow"),
        ("jaundice", "YELLOW SKIN", "narrow"),
        ("jaundice", "OCULAR ICTERUS", "narrow"),
        ("jaundice", "BLOOD BILIRUBIN INCREASED", "broad"),
        ("jaundice", "SCLERAL DISCOLOURATION", "broad"),
        ("jaundice", "SKIN DISCOLOURATION", "excluded"),
        ("jaundice", "CHROMATURIA", "excluded"),
        ("liver-injury", "DRUG-INDUCED LIVER INJURY", "narrow"),
        ("liver-injury", "ALANINE AMINOTRANSFERASE INCREASED", "broad"),
        ("liver-injury", "HEPATITIS B", "excluded"),
        ("itch", "PRURITUS", "narrow"),
        ("itch", "INJECTION SITE PRURITUS", "excluded"),
        ("seizure", "CONVULSION", "narrow"),
        ("death", "FEAR OF DEATH", "excluded"),
        ("photosensitivity", "SUNBURN", "broad"),
    ],
)
def test_term(name: str, term: str, place: str) -> None:
    group = load_reactions().group(name)
    places = {
        "narrow": term in group.narrow,
        "broad": term in group.broad and term not in group.narrow,
        "excluded": term in {excluded for excluded, _ in group.excluded},
    }
    assert [where for where, held in places.items() if held] == [place]


def test_pigment_and_jaundice_share_no_term() -> None:
    reactions = load_reactions()
    assert not set(reactions.group("skin-pigmentation").broad) & set(reactions.group("jaundice").broad)
