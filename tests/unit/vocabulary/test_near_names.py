"""Names that resemble what was asked: the one that was meant stands first, however many names are known."""

from __future__ import annotations

import pytest

from phytovigil.errors import UnknownName
from phytovigil.study.naming import is_slip
from phytovigil.vocabulary import load_products
from phytovigil.vocabulary.near_names import rank_near

PRODUCTS = load_products("2026-11-22")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("kvaa", "kava"),
        ("kav", "kava"),
        ("kratum", "kratom"),
        ("valerain", "valerian"),
        ("ginko", "ginkgo"),
        ("echinacia", "echinacea"),
        ("melatonon", "melatonin"),
        ("st jon wort", "st-johns-wort"),
        ("glucosamin", "glucosamine"),
        ("mitraginine", "mitragynine"),
        ("Mitragyna specosa", "kratom-leaf"),
        ("black cohos", "black-cohosh"),
        ("cohosh blak", "black-cohosh"),
        ("pepermint", "peppermint"),
        ("perforatum", "st-johns-wort"),
    ],
)
def test_what_was_meant_is_first(asked: str, meant: str) -> None:
    assert PRODUCTS.find(asked)[0].id == meant


def test_a_piece_that_fits_stays_behind_a_whole_that_fits() -> None:
    """Each of the pieces is a name of something else in the vocabulary."""
    choices = {"NAC": "acetylcysteine", "CHIA": "chia", "ECHINACEA": "echinacea", "ECHINACEA TEA": "tea"}
    assert rank_near("ECHINACIA", choices) == ["echinacea"]
    assert rank_near("ECHINACEA", choices) == ["echinacea", "tea"]


def test_a_listed_misspelling_says_so_and_what_to_ask_for() -> None:
    with pytest.raises(UnknownName) as caught:
        PRODUCTS.node("kratum")
    assert caught.value.near[0] == "kratom"
    assert caught.value.hint.startswith("“KRATUM” is a known misspelling of kratom leaf. Did you mean “kratom”")


def test_a_repaired_spelling_is_still_a_slip() -> None:
    assert is_slip("KRATUM", PRODUCTS)
    assert is_slip("VALERAIN", PRODUCTS)
    assert not is_slip("SUPER BETA PROSTATE", PRODUCTS)
    assert not is_slip("KRATOM POWDER", PRODUCTS)
