"""The direction of a change of skin colour, in words.

Pigment is named from exposed minus covered, where there is a covered site, so that a change of light cancels. A
yellowing is looked for before that, at every site by itself: it comes at all sites alike, so the difference hides it.
The rules follow the ways in which L*, a*, b* move: tan L* down, b* up or level; blue-grey L* down, b* down; jaundice
L* level, b* up at all sites; loss of pigment L* up; redness a* up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from phytovigil.errors import InvalidRequest
from phytovigil.followup.change.colour_distance import Floats
from phytovigil.schema.change import (
    BROWNER,
    GREYER,
    LIGHTER,
    NOT_NAMED,
    PIGMENT_DIRECTIONS,
    REDDER,
    YELLOWER,
    Direction,
)

LEVEL = 1.0
"""A channel that moves by no more than this is level …"""
LEVEL_SHARE = 0.2
"""… and so is one that moves by no more than this share of the whole change."""
YELLOW = 2.0
"""A rise of b* at every site by more than this is a yellowing."""
COVERED_MOVED = 3.0
"""The covered site changed too where its colour moved by more than this (ΔE*ab)."""


def name_direction(
    before: Sequence[float],
    after: Sequence[float],
    covered_before: Sequence[float] | None = None,
    covered_after: Sequence[float] | None = None,
    sclera_yellow: bool | None = None,
    *,
    yellow_from: float = YELLOW,
) -> Direction:
    """Name a change of the exposed site, and of the covered one where it is given (L*, a*, b*, D65).

    sclera_yellow : whether the white of the eye is yellow, as the person says; None where not asked.
    yellow_from : rise of b* at every site from which on it counts as a yellowing.
    Raises InvalidRequest for a colour that is not three numbers, or a covered site with one colour only.

    >>> name_direction((65, 10, 18), (55, 7, 6), (68, 9, 17), (68, 9, 17)).name
    'darker and greyer'
    >>> name_direction((65, 10, 18), (65, 11, 26), (68, 9, 17), (68, 10, 25)).name
    'yellower at all sites (jaundice-like: see care rules)'
    """
    own = read_colour(after) - read_colour(before)
    covered = read_covered(covered_before, covered_after)
    relative = own if covered is None else own - covered
    yellow = find_yellowing(own, covered, sclera_yellow, yellow_from)
    if yellow:
        name = name_yellow(own, relative, sclera_yellow)
    elif is_level_and_yellower(own, covered):
        name = NOT_NAMED
    else:
        name = name_shift(relative, covered is not None)
    covered_too = covered is not None and float(np.linalg.norm(covered)) > COVERED_MOVED
    return Direction(
        name,
        explain(own, covered, relative, sclera_yellow),
        pigment=name in PIGMENT_DIRECTIONS,
        jaundice_like=yellow or name == YELLOWER,
        covered_too=covered_too,
    )


def read_colour(colour: Sequence[float]) -> Floats:
    """Three finite numbers."""
    numbers = np.asarray(colour, dtype=float)
    if numbers.shape != (3,) or not np.isfinite(numbers).all():
        raise InvalidRequest(f"{list(colour)} is no colour.", "Give L*, a* and b*.")
    return numbers


def read_covered(before: Sequence[float] | None, after: Sequence[float] | None) -> Floats | None:
    """The change of the covered site, None where there is none."""
    if before is None and after is None:
        return None
    if before is None or after is None:
        raise InvalidRequest("the covered site has one colour only.", "Give it before and after, or not at all.")
    return read_colour(after) - read_colour(before)


def find_yellowing(own: Floats, covered: Floats | None, sclera_yellow: bool | None, least: float) -> bool:
    """Whether the white of the eye is yellow, or b* rose at every site."""
    if sclera_yellow:
        return True
    return covered is not None and own[2] > least and covered[2] > least


def is_level_and_yellower(own: Floats, covered: Floats | None) -> bool:
    """Whether both sites keep their lightness and get yellower by however little: nothing of that is pigment."""
    if covered is None:
        return False
    return bool(max(abs(own[0]), abs(covered[0])) <= LEVEL and min(own[2], covered[2]) > 0)


def name_yellow(own: Floats, relative: Floats, sclera_yellow: bool | None) -> str:
    """Yellower where b* rises and either site or difference keeps its lightness; whatever else comes with it is mixed.

    A yellowing is never called pigment, even where the skin is darker as well.
    """
    rises = own[2] > (0 if sclera_yellow else LEVEL)
    level = min(abs(own[0]), abs(relative[0])) <= find_band(own)
    return YELLOWER if rises and level else NOT_NAMED


def name_shift(shift: Floats, covered_known: bool) -> str:
    """Name a change that is no yellowing of all sites."""
    lightness, red, yellow = shift
    band = find_band(shift)
    if np.linalg.norm(shift) <= LEVEL:
        return NOT_NAMED
    if red > band and red > max(abs(lightness), abs(yellow)):
        return REDDER
    if lightness < -band:
        return GREYER if yellow < -band or (yellow <= band and red < -band) else BROWNER
    if lightness > band:
        return LIGHTER
    return YELLOWER if yellow > band and not covered_known else NOT_NAMED


def find_band(shift: Floats) -> float:
    """How far a channel moves and still is level."""
    return max(LEVEL, LEVEL_SHARE * float(np.linalg.norm(shift)))


def explain(own: Floats, covered: Floats | None, relative: Floats, sclera_yellow: bool | None) -> str:
    """The figures behind the name."""
    parts = [f"exposed site {say_shift(own)}"]
    if covered is not None:
        parts += [f"covered site {say_shift(covered)}", f"exposed minus covered {say_shift(relative)}"]
    if sclera_yellow is not None:
        parts.append(f"white of the eye {'yellow' if sclera_yellow else 'not yellow'}")
    return "; ".join(parts)


def say_shift(shift: Floats) -> str:
    """ΔL*, Δa*, Δb*."""
    return ", ".join(f"Δ{name} {value:+.1f}" for name, value in zip(("L*", "a*", "b*"), shift, strict=True))
