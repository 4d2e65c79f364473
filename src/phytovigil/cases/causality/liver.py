"""Liver tests day by day: multiples of the upper limit, ratio R, pattern, and Hy's law in its published forms.

R = (ALT / ULN) / (ALP / ULN); 5 and more is hepatocellular, 2 and less cholestatic, between them mixed (Danan &
Teschke, Int J Mol Sci 2016;17:14, doi:10.3390/ijms17010014). nR takes ALT or AST, whichever is the higher multiple.

Hy's law is published in forms that disagree on the same day, so all are given:

- FDA, Guidance for industry: Drug-induced liver injury, premarketing clinical evaluation, 2009: ALT or AST above 3 ×
  ULN and bilirubin above 2 × ULN, without initial cholestasis (ALP below 2 × ULN), and no other cause, which a person
  judges.
- Robles-Diaz et al., Gastroenterology 2014;147:109-118, doi:10.1053/j.gastro.2014.03.050: bilirubin above 2 × ULN,
  and R, or nR, of 5 and more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phytovigil.schema.causality import Draw, Limits, LiverTests

HEPATOCELLULAR, MIXED, CHOLESTATIC = "hepatocellular", "mixed", "cholestatic"
HEPATOCELLULAR_FROM, CHOLESTATIC_TO = 5.0, 2.0
TESTS = ("alt", "ast", "alp", "bilirubin")

FORMS: Mapping[str, str] = {
    "fda": "ALT or AST above 3 × ULN, bilirubin above 2 × ULN, ALP below 2 × ULN (FDA 2009)",
    "r5": "bilirubin above 2 × ULN and R of 5 and more (Robles-Diaz 2014)",
    "nr5": "bilirubin above 2 × ULN and nR of 5 and more (Robles-Diaz 2014)",
}
"""Published forms of Hy's law, by the key of an answer."""


@dataclass(frozen=True, slots=True)
class LiverDay:
    """One draw, read.

    times : multiples of the upper limit by test; None where value or limit is missing.
    r, nr : None where they cannot be computed; nr needs AST. hy : by form, None where a value is missing that decides.
    """

    draw: Draw
    times: Mapping[str, float | None]
    r: float | None
    nr: float | None
    pattern: str | None
    hy: Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class LiverCourse:
    """All draws, and the pattern at the first that is above a limit, which is the one that counts for RUCAM."""

    limits: Limits
    days: tuple[LiverDay, ...]
    first: LiverDay | None

    @property
    def patterns(self) -> tuple[str, ...]:
        """Every pattern that a draw shows, in order of appearance."""
        return tuple(dict.fromkeys(day.pattern for day in self.days if day.pattern))


def follow_liver(tests: LiverTests) -> LiverCourse:
    """Read every draw.

    The pattern is taken where ALT and ALP are known and one of them is above its limit for the first time, since later
    draws show another one as ALT falls faster than ALP.
    """
    days = tuple(read_draw(draw, tests.limits) for draw in tests.draws)
    return LiverCourse(tests.limits, days, next((day for day in days if is_raised(day)), None))


def read_draw(draw: Draw, limits: Limits) -> LiverDay:
    """One draw against its limits.

    >>> day = read_draw(Draw(0, alt=126, alp=218, bilirubin=5.6), Limits(35, None, 130, 1.2, "printed"))
    >>> round(day.r, 2), day.pattern, day.hy["fda"], day.hy["r5"], day.hy["nr5"]
    (2.15, 'mixed', True, False, None)
    """
    times = {test: divide(getattr(draw, test), getattr(limits, test)) for test in TESTS}
    r = divide(times["alt"], times["alp"])
    nr = None
    if times["alt"] is not None and times["ast"] is not None:
        nr = divide(max(times["alt"], times["ast"]), times["alp"])
    pattern = None if r is None else name_pattern(r)
    return LiverDay(draw, times, r, nr, pattern, judge_hy(times, r, nr))


def divide(value: float | None, by: float | None) -> float | None:
    """A quotient, as far as there is one."""
    return None if value is None or not by else value / by


def name_pattern(r: float) -> str:
    """The pattern of a ratio R.

    >>> [name_pattern(r) for r in (5.0, 4.99, 2.01, 2.0)]
    ['hepatocellular', 'mixed', 'mixed', 'cholestatic']
    """
    return HEPATOCELLULAR if r >= HEPATOCELLULAR_FROM else CHOLESTATIC if r <= CHOLESTATIC_TO else MIXED


def is_raised(day: LiverDay) -> bool:
    """Whether ALT and ALP are known and one of them is above its limit."""
    alt, alp = day.times["alt"], day.times["alp"]
    return alt is not None and alp is not None and max(alt, alp) > 1


def judge_hy(times: Mapping[str, float | None], r: float | None, nr: float | None) -> dict[str, bool | None]:
    """Each form of Hy's law, as far as laboratory values decide it."""
    bilirubin = exceeds(times["bilirubin"], 2)
    cholestasis = None if times["alp"] is None else times["alp"] < 2
    raised = either(exceeds(times["alt"], 3), exceeds(times["ast"], 3))
    return {
        "fda": every((raised, bilirubin, cholestasis)),
        "r5": every((bilirubin, None if r is None else r >= HEPATOCELLULAR_FROM)),
        "nr5": every((bilirubin, reaches_five(nr, r))),
    }


def reaches_five(nr: float | None, r: float | None) -> bool | None:
    """Whether nR is 5 or more; it is never below R, so that R may decide where AST was not measured.

    >>> reaches_five(None, 5.2), reaches_five(None, 4.0), reaches_five(6.0, 4.0)
    (True, None, True)
    """
    if r is not None and r >= HEPATOCELLULAR_FROM:
        return True
    return None if nr is None else nr >= HEPATOCELLULAR_FROM


def exceeds(value: float | None, least: float) -> bool | None:
    """Whether a multiple is above a bound; None where it is not known."""
    return None if value is None else value > least


def either(left: bool | None, right: bool | None) -> bool | None:
    """Or, with unknowns.

    >>> either(True, None), either(False, None), either(False, False)
    (True, None, False)
    """
    if left or right:
        return True
    return None if left is None or right is None else False


def every(parts: Sequence[bool | None]) -> bool | None:
    """And, with unknowns: one that does not hold decides.

    >>> every((True, None)), every((False, None)), every((True, True))
    (None, False, True)
    """
    if any(part is False for part in parts):
        return False
    return None if None in parts else True
