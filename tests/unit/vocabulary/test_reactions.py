"""What the reaction vocabulary answers."""

from __future__ import annotations

import pytest

from phytovigil.errors import UnknownName
from phytovigil.vocabulary import load_reactions


@pytest.mark.parametrize("asked", ["skin-pigmentation", "Skin Pigmentation", " SKIN-PIGMENTATION "])
def test_a_group_is_found_in_any_case(asked: str) -> None:
    assert load_reactions().group(asked).name == "skin-pigmentation"


@pytest.mark.parametrize(
    ("asked", "near"),
    [("jaundise", "jaundice"), ("skin pigment", "skin-pigmentation"), ("withdrawal", "dependence-withdrawal")],
)
def test_a_misspelt_group_is_an_error_with_near_names(asked: str, near: str) -> None:
    with pytest.raises(UnknownName) as caught:
        load_reactions().group(asked)
    assert near in caught.value.near


def test_an_unlike_name_lists_the_groups() -> None:
    with pytest.raises(UnknownName, match="There is skin-pigmentation, ") as caught:
        load_reactions().group("xyzxyz")
    assert caught.value.near == ()
