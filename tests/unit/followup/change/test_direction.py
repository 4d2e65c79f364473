"""Changes of colour get the right name, and a yellowing of all sites is never called pigment."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import InvalidRequest
from phytovigil.followup.change import name_direction
from phytovigil.schema.change import (
    BROWNER,
    DIRECTIONS,
    GREYER,
    LIGHTER,
    NOT_NAMED,
    PIGMENT_DIRECTIONS,
    REDDER,
    YELLOWER,
)

COVERED = (68.0, 9.0, 17.0)
CONSTRUCTED = {
    "blue_grey_light": ((65, 10, 18), (55, 7, 6), GREYER),
    "blue_grey_medium": ((60, 12, 20), (53, 8, 6), GREYER),
    "tan": ((65, 10, 18), (57, 12, 22), BROWNER),
    "jaundice_like": ((65, 10, 18), (65, 11, 26), YELLOWER),
    "blue_grey_dark": ((40, 11, 14), (34, 7, 4), GREYER),
}
"""Constructed triples, not measured ones."""

Shift = tuple[float, float, float]
small = st.floats(-1.0, 1.0)
up = st.floats(0.01, 30.0)
any_shift = st.floats(-30.0, 30.0)


def moved(colour: tuple[float, ...], shift: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(one + by for one, by in zip(colour, shift, strict=True))


@pytest.mark.parametrize("case", CONSTRUCTED)
def test_constructed_changes_with_one_site(case: str) -> None:
    before, after, name = CONSTRUCTED[case]
    assert name_direction(before, after).name == name


@pytest.mark.parametrize("case", CONSTRUCTED)
def test_constructed_changes_with_a_covered_site(case: str) -> None:
    """Pigment comes at the exposed site alone; a jaundice comes at both."""
    before, after, name = CONSTRUCTED[case]
    shift = tuple(b - a for a, b in zip(before, after, strict=True)) if name == YELLOWER else (0.0, 0.0, 0.0)
    found = name_direction(before, after, COVERED, moved(COVERED, shift))
    assert found.name == name
    assert found.pigment == (name in PIGMENT_DIRECTIONS)
    assert found.jaundice_like == (name == YELLOWER)
    assert found.covered_too == (name == YELLOWER)


@pytest.mark.parametrize(
    ("shift", "name"),
    [
        ((6.0, -2.0, -1.0), LIGHTER),
        ((-3.0, 8.0, 1.0), REDDER),
        ((0.3, 0.2, -0.4), NOT_NAMED),
        ((0.2, 0.1, -6.0), NOT_NAMED),
        ((-6.0, -4.0, 0.0), GREYER),
    ],
)
def test_other_directions(shift: Shift, name: str) -> None:
    assert name_direction((62, 11, 17), moved((62, 11, 17), shift), COVERED, COVERED).name == name


def test_yellow_at_the_exposed_site_alone_is_not_named() -> None:
    found = name_direction((62, 11, 17), (62, 11, 24), COVERED, COVERED)
    assert (found.name, found.pigment, found.jaundice_like) == (NOT_NAMED, False, False)


def test_a_yellowing_does_not_vanish_in_the_difference() -> None:
    """Exposed minus covered is 0 here."""
    found = name_direction((62, 11, 17), (61.5, 12, 25), COVERED, (67.5, 10, 25))
    assert found.name == YELLOWER
    assert found.covered_too


def test_yellower_and_darker_at_all_sites_is_raised_and_not_called_pigment() -> None:
    found = name_direction((62, 11, 17), (50, 12, 25), COVERED, moved(COVERED, (0, 0, 6)))
    assert (found.name, found.pigment, found.jaundice_like) == (NOT_NAMED, False, True)


def test_a_yellow_eye_counts_more_than_the_skin() -> None:
    grey = name_direction((62, 11, 17), (52, 8, 8), COVERED, COVERED, sclera_yellow=True)
    assert (grey.pigment, grey.jaundice_like) == (False, True)
    assert name_direction((62, 11, 17), (62, 11, 18), COVERED, COVERED, sclera_yellow=True).name == YELLOWER
    assert "white of the eye yellow" in grey.why


@settings(max_examples=60, deadline=None)
@given(st.tuples(small, any_shift, up), st.tuples(small, any_shift, up), st.sampled_from([None, True, False]))
def test_level_lightness_and_more_yellow_at_all_sites_is_never_pigment(
    own: Shift, covered: Shift, sclera: bool | None
) -> None:
    """For any redness and however small the yellowing; lightness moves by no more than one unit at either site."""
    before, other = (62.0, 11.0, 17.0), COVERED
    assert not name_direction(before, moved(before, own), other, moved(other, covered), sclera).pigment
    assert not name_direction(before, moved(before, own), sclera_yellow=sclera).pigment


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(any_shift, any_shift, st.floats(2.01, 30.0)),
    st.tuples(any_shift, any_shift, st.floats(2.01, 30.0)),
)
def test_a_clear_yellowing_of_all_sites_is_never_pigment_and_always_raised(own: Shift, covered: Shift) -> None:
    before = (62.0, 11.0, 17.0)
    found = name_direction(before, moved(before, own), COVERED, moved(COVERED, covered))
    assert not found.pigment
    assert found.jaundice_like


@settings(max_examples=60, deadline=None)
@given(st.tuples(any_shift, any_shift, any_shift), st.tuples(any_shift, any_shift, any_shift))
def test_every_change_has_one_name_and_says_its_figures(own: Shift, covered: Shift) -> None:
    before = (62.0, 11.0, 17.0)
    found = name_direction(before, moved(before, own), COVERED, moved(COVERED, covered))
    assert found.name in DIRECTIONS
    assert found.pigment == (found.name in PIGMENT_DIRECTIONS)
    assert not (found.pigment and found.jaundice_like)
    assert "exposed minus covered" in found.why


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((1, 2), (1, 2, 3)), "is no colour"),
        (((1, 2, float("nan")), (1, 2, 3)), "is no colour"),
        (((1, 2, 3), (1, 2, 3), (1, 2, 3)), "one colour only"),
    ],
)
def test_bad_colours_are_refused(arguments: tuple[tuple[float, ...], ...], message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        name_direction(*arguments)
