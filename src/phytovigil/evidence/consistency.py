"""Do the figures of a row agree with one another? Every check computes a figure from others and compares.

Methods: shares that no whole number of people gives (Brown and Heathers, The GRIM test, Social Psychological and
Personality Science 2017;8:363, doi:10.1177/1948550616673876); estimates of ratios in the middle of their interval on
the log scale; and formulas written in the row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from phytovigil.errors import InvalidEvidence
from phytovigil.evidence.arithmetic import evaluate, names_in
from phytovigil.schema.evidence import EvidenceFigure, EvidenceLibrary, EvidenceRow

RULES = {
    "share": "count and denominator give the printed share",
    "whole-number": "some whole number of the denominator gives the printed share",
    "part": "a part is not larger than its whole",
    "between": "the value lies within its limits",
    "log-middle": "a ratio lies in the middle of its interval on the log scale",
    "formula": "the row's formula gives the figure",
    "sum": "figures of a group add up to the whole",
}
ROUNDING = 1e-9
"""Room for the binary representation of decimals, relative."""


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison.

    rule : of RULES. printed : the figure as written. low, high : what the other figures allow for it.
    uses : names of the figures that it rests on, itself included. flag : why a failure is known, or "".
    """

    row: str
    figure: str
    rule: str
    printed: float
    low: float
    high: float
    uses: tuple[str, ...]
    flag: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure is one that the others allow."""
        room = ROUNDING * max(
            1.0, *(abs(limit) for limit in (self.low, self.high, self.printed) if math.isfinite(limit))
        )
        return self.low - room <= self.printed <= self.high + room

    @property
    def state(self) -> str:
        """ "holds", "known" for a failure that the row explains, or "fails"."""
        return "holds" if self.holds else "known" if self.flag else "fails"

    @property
    def text(self) -> str:
        """The comparison as a sentence."""
        allowed = f"{self.low:.4g}" if math.isclose(self.low, self.high) else f"{self.low:.4g} to {self.high:.4g}"
        return f"{RULES[self.rule]}: {self.printed:g} is printed, {allowed} is possible"


def require_consistent(library: EvidenceLibrary) -> None:
    """Raise InvalidEvidence for the first figure that contradicts others without a flag that says so."""
    for check in check_library(library):
        if check.state == "fails":
            raise InvalidEvidence(
                f"Row “{check.row}”, figure “{check.figure}” contradicts other figures: {check.text}.",
                "Compare it with its source; a source that errs itself is kept with a `flag` that says how.",
            )


def check_library(library: EvidenceLibrary) -> list[Check]:
    """Every check of every row."""
    return [check for row in library.rows for check in check_row(row)]


def check_row(row: EvidenceRow) -> list[Check]:
    """Every check of a row."""
    checks = [check for figure in row.figures for check in check_figure(row, figure)]
    return [*checks, *check_groups(row)]


def check_figure(row: EvidenceRow, figure: EvidenceFigure) -> Iterator[Check]:
    """The checks that the fields of a figure ask for."""
    yield from check_share(row, figure)
    yield from check_part(row, figure)
    yield from check_interval(row, figure)
    if figure.formula and figure.value is not None:
        yield check_formula(row, figure)


def check_share(row: EvidenceRow, figure: EvidenceFigure) -> Iterator[Check]:
    """A share against its count, or against all shares that whole numbers can give."""
    if figure.unit != "%" or figure.of is None or figure.value is None or figure.sign:
        return
    half = figure.step / 2
    if figure.count is not None:
        share = 100 * figure.count / figure.of
        yield make_check(row, figure, "share", figure.value, share - half, share + half)
    elif 100 / figure.of > figure.step:
        nearest = 100 * round(figure.value * figure.of / 100) / figure.of
        yield make_check(row, figure, "whole-number", figure.value, nearest - half, nearest + half)


def check_part(row: EvidenceRow, figure: EvidenceFigure) -> Iterator[Check]:
    """A count within its denominator, a denominator within the row's number."""
    if figure.of is None:
        return
    part = figure.count if figure.count is not None else figure.value if not figure.unit else None
    if part is not None:
        yield make_check(row, figure, "part", float(part), 0.0, float(figure.of))
    if row.n is not None:
        yield make_check(row, figure, "part", float(figure.of), 1.0, float(row.n))


def check_interval(row: EvidenceRow, figure: EvidenceFigure) -> Iterator[Check]:
    """A value between its limits; a ratio in their middle on the log scale."""
    low, high, value = figure.low, figure.high, figure.value
    if low is None or high is None:
        return
    if value is None:
        yield make_check(row, figure, "between", low, -math.inf, high)
        return
    yield make_check(row, figure, "between", value, low, high)
    if figure.scale == "ratio" and low > figure.step:
        half = figure.step / 2
        least, most = math.sqrt((low - half) * (high - half)), math.sqrt((low + half) * (high + half))
        yield make_check(row, figure, "log-middle", value, least - half, most + half)


def check_formula(row: EvidenceRow, figure: EvidenceFigure) -> Check:
    """A value against its formula, within the rounding of what is printed and what the row allows."""
    assert figure.value is not None
    try:
        computed = evaluate(figure.formula, list_values(row))
    except InvalidEvidence as error:
        raise InvalidEvidence(f"Row “{row.id}”, figure “{figure.name}”: {error.message}", error.hint) from error
    room = figure.step / 2 + figure.within * abs(computed)
    used = tuple(dict.fromkeys((figure.name, *(owner(name, row) for name in names_in(figure.formula)))))
    return Check(row.id, figure.name, "formula", figure.value, computed - room, computed + room, used, figure.flag)


def check_groups(row: EvidenceRow) -> Iterator[Check]:
    """Shares of a group add up to 100, counts to the row's number, within the rounding of each."""
    for group in dict.fromkeys(figure.group for figure in row.figures if figure.group):
        parts = [figure for figure in row.figures if figure.group == group and figure.value is not None]
        whole = 100.0 if parts[0].unit == "%" else float(row.n or 0)
        room = sum(part.step / 2 for part in parts) if parts[0].unit == "%" else 0.0
        total = sum(part.value for part in parts if part.value is not None)
        flag = " ".join(part.flag for part in parts if part.flag)
        names = tuple(part.name for part in parts)
        yield Check(row.id, group, "sum", total, whole - room, whole + room, names, flag)


def make_check(row: EvidenceRow, figure: EvidenceFigure, rule: str, printed: float, low: float, high: float) -> Check:
    """A check that rests on the figure's own fields."""
    return Check(row.id, figure.name, rule, printed, low, high, (figure.name,), figure.flag)


def list_values(row: EvidenceRow) -> dict[str, float]:
    """What formulas may name: `n`, each figure, and NAME_low, NAME_high, NAME_count, NAME_of, NAME_spread."""
    values = {} if row.n is None else {"n": float(row.n)}
    for figure in row.figures:
        fields = {"": figure.value, "_low": figure.low, "_high": figure.high}
        fields |= {"_count": figure.count, "_of": figure.of, "_spread": figure.spread}
        values |= {figure.name + ending: float(held) for ending, held in fields.items() if held is not None}
    return values


def owner(name: str, row: EvidenceRow) -> str:
    """The figure that a name of a formula belongs to; the name itself for `n`."""
    names = [figure.name for figure in row.figures if name == figure.name or name.startswith(figure.name + "_")]
    return name if not names or name in names else max(names, key=len)
