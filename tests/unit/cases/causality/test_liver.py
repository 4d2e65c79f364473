"""Liver tests of three published cases: ratio R at each draw, the pattern, and Hy's law in its published forms."""

from __future__ import annotations

import pytest

from phytovigil.cases.causality.liver import LiverCourse, follow_liver, read_draw
from phytovigil.errors import InvalidRequest
from phytovigil.schema.causality import Draw, Limits, LiverTests

LIVERTOX_6972 = (
    (0, 272, 428, 22.4),
    (4, 437, 286, 38.2),
    (5, 274, 252, 32.4),
    (7, 132, 217, 28.8),
    (9, 43, 194, 22.0),
    (11, 44, 178, 9.6),
    (13, 39, 195, 7.2),
    (15, 33, 180, 5.8),
    (19, 72, 265, 17.3),
    (21, 66, 250, 25.9),
    (23, 60, 279, 24.2),
    (27, 179, 445, 22.0),
    (30, 136, 419, 14.4),
    (34, 100, 553, 9.6),
    (39, 83, 656, 5.5),
    (43, 83, 750, 4.7),
    (269, 101, 159, 1.0),
    (411, 40, 100, 1.0),
    (748, 87, 100, 1.0),
)
"""Day, ALT, ALP (U/L), bilirubin (mg/dL) of case 6972 in the kratom chapter of LiverTox (NBK548231)."""

LIVERTOX_8332 = (
    (0, 126, 218, 5.6),
    (4, 362, 277, 9.5),
    (6, 282, 262, 7.0),
    (12, 182, 189, 3.1),
    (29, 53, 120, 1.7),
    (33, 40, 119, 1.3),
)
"""The same of case 8332."""

WORLD_J_HEPATOL = {
    "alt": (578, 585, 600, 608, 591, 323),
    "ast": (455, 461, 437, 401, 385, 101),
    "alp": (672, 677, 744, 817, 839, 507),
    "bilirubin": (10.3, 12.0, 14.5, 17.2, 19.5, 5.7),
}
"""Five days in hospital and one after, World J Hepatol 2020;12:863; upper limits ALT 30, AST 40, ALP 160."""


def follow(rows: tuple[tuple[float, ...], ...], alt: float, alp: float) -> LiverCourse:
    draws = tuple(Draw(int(day), alt=a, alp=p, bilirubin=b) for day, a, p, b in rows)
    return follow_liver(LiverTests(Limits(alt=alt, alp=alp, bilirubin=1.2, source="LiverTox"), draws))


@pytest.fixture(scope="module")
def mixed_then_cholestatic() -> LiverCourse:
    return follow(LIVERTOX_6972, 40, 130)


@pytest.fixture(scope="module")
def jaundiced() -> LiverCourse:
    return follow(LIVERTOX_8332, 35, 130)


@pytest.mark.parametrize(("day", "r"), [(0, 2.07), (4, 4.97), (5, 3.53), (7, 1.98), (9, 0.72), (27, 1.31), (43, 0.36)])
def test_ratio_of_the_first_case(mixed_then_cholestatic: LiverCourse, day: int, r: float) -> None:
    found = next(item for item in mixed_then_cholestatic.days if item.draw.day == day)
    assert found.r is not None
    assert round(found.r, 2) == r


def test_pattern_is_that_of_the_first_raised_tests(mixed_then_cholestatic: LiverCourse) -> None:
    assert mixed_then_cholestatic.first is not None
    assert (mixed_then_cholestatic.first.draw.day, mixed_then_cholestatic.first.pattern) == (0, "mixed")
    assert mixed_then_cholestatic.patterns == ("mixed", "cholestatic")


def test_cholestasis_explains_the_bilirubin_of_the_first_case(mixed_then_cholestatic: LiverCourse) -> None:
    """ALT 6.8 and bilirubin 18.7 times their limits, but ALP 3.3 times: not Hy's law as FDA words it, on no day."""
    first = mixed_then_cholestatic.days[0]
    times = {test: round(value, 1) for test, value in first.times.items() if value is not None}
    assert times == {"alt": 6.8, "alp": 3.3, "bilirubin": 18.7}
    assert first.hy == {"fda": False, "r5": False, "nr5": None}
    assert not any(day.hy["r5"] for day in mixed_then_cholestatic.days)


@pytest.mark.parametrize(("day", "r"), [(0, 2.15), (4, 4.85), (6, 4.00), (12, 3.58)])
def test_ratio_of_the_second_case(jaundiced: LiverCourse, day: int, r: float) -> None:
    found = next(item for item in jaundiced.days if item.draw.day == day)
    assert found.r is not None
    assert round(found.r, 2) == r


def test_two_published_forms_of_hys_law_disagree_on_the_same_day(jaundiced: LiverCourse) -> None:
    assert jaundiced.days[0].hy["fda"] is True
    assert [day.hy["r5"] for day in jaundiced.days] == [False] * len(jaundiced.days)


def test_a_case_titled_cholestatic_is_mixed_at_every_draw() -> None:
    draws = tuple(
        Draw(day, alt=alt, ast=ast, alp=alp, bilirubin=bilirubin)
        for day, (alt, ast, alp, bilirubin) in enumerate(zip(*WORLD_J_HEPATOL.values(), strict=True))
    )
    course = follow_liver(LiverTests(Limits(alt=30, ast=40, alp=160), draws))
    assert [round(day.r, 2) for day in course.days if day.r is not None] == [4.59, 4.61, 4.30, 3.97, 3.76, 3.40]
    assert course.patterns == ("mixed",)
    assert [day.nr for day in course.days] == [day.r for day in course.days]
    assert {day.hy["r5"] for day in course.days} == {False}, (
        "R alone excludes it, though no limit of bilirubin is known"
    )
    assert {day.times["bilirubin"] for day in course.days} == {None}


@pytest.mark.parametrize(
    ("alt", "ast", "alp", "bilirubin", "fda", "r5", "nr5"),
    [
        (3.0, None, 0.5, 3.0, None, True, True),
        (3.0, 3.0, 1.0, 3.0, False, False, False),
        (3.01, 1.0, 1.0, 3.0, True, False, False),
        (1.0, 3.01, 1.0, 3.0, True, False, False),
        (4.0, 6.0, 1.2, 3.0, True, False, True),
        (10.0, 1.0, 2.0, 3.0, False, True, True),
        (10.0, 1.0, 1.99, 3.0, True, True, True),
        (10.0, 1.0, 1.0, 2.0, False, False, False),
        (10.0, 1.0, 1.0, 2.01, True, True, True),
        (10.0, 1.0, 1.0, None, None, None, None),
        (10.0, 1.0, None, 3.0, None, None, None),
    ],
)
def test_bounds_of_hys_law(
    alt: float, ast: float | None, alp: float | None, bilirubin: float | None, fda: bool, r5: bool, nr5: bool
) -> None:
    """Multiples of the limits: above 3, above 2, ALP below 2, R and nR of 5 and more."""
    day = read_draw(Draw(0, alt, ast, alp, bilirubin), Limits(1.0, 1.0, 1.0, 1.0, "unit"))
    assert day.hy == {"fda": fda, "r5": r5, "nr5": nr5}


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="upper limit of alt"):
        Limits(alt=0)
    with pytest.raises(InvalidRequest, match="bilirubin of day 3"):
        Draw(3, bilirubin=-1.0)
    with pytest.raises(InvalidRequest, match="not in order"):
        LiverTests(Limits(), (Draw(3), Draw(1)))
    with pytest.raises(InvalidRequest, match="not in order"):
        LiverTests(Limits(), (Draw(3), Draw(3)))


def test_no_raised_test_has_no_pattern_to_take() -> None:
    course = follow_liver(LiverTests(Limits(alt=40, alp=120), (Draw(0, alt=20, alp=60), Draw(1, alt=90))))
    assert course.first is None
