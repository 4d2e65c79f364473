"""A made-up specification curve: choices, tables that add up, and what the study's own summary makes of them.

`build_specification_curve()` has 36 specifications; `build_specification_curve(years=40)` has forty times as many.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from phytovigil.schema.counts import Counts
from phytovigil.schema.selection import Selection
from phytovigil.signals.confounding.many_strata import SUMS, sum_strata
from phytovigil.study.specifications import describe_choices
from phytovigil.study.specifications.choices import Choice, Design, Level, Setting
from phytovigil.study.specifications.estimating import estimate_tables
from phytovigil.study.specifications.summarising import fill_columns, list_movers, list_steps, summarise
from phytovigil.study.specifications.wording import say_curve

MEASURES = ("ror", "prr", "ic")


def make_choice(name: str, title: str, levels: Sequence[tuple[str, str]]) -> Choice:
    return Choice(name, title, tuple(Level(*level, lambda setting: setting) for level in levels), 0)


def make_table(role: int, strata: int, year: int) -> list[float]:
    """Fewer cases as a suspect, more expected cases within strata; each year a little different."""
    a, b = 6 - 2 * role, 40 - 9 * role + year % 7
    c, d = 120 + 3 * year, 20_000 - 30 * year
    if not strata:
        return [a, b, c, d]
    men, women = (a - 1, 5, 70 + 3 * year, 2_000), (1, b - 5, 50, 18_000 - 30 * year)
    divided = Counts.of(*zip(men, women, strict=True))
    sums = sum_strata(divided, [0, 0], 1)
    return [a, b, c, d, *(float(getattr(sums, name)[0]) for name in SUMS)]


def build_specification_curve(years: int = 1, reaction: str = "jaundice") -> dict[str, Any]:
    """One curve."""
    period = [(str(2000 + year), f"received {2000 + year}") for year in range(years)]
    choices = [
        make_choice("role", "Role of the product", [("any", "any role"), ("suspect", "suspect role")]),
        make_choice("without others", "Cases with others", [("in", "kept in"), ("out", "left out")]),
        *([make_choice("period", "Years received", period)] if years > 1 else []),
        make_choice("strata", "Adjusted for", [("none", "nothing"), ("sex", "sex"), ("year", "year")]),
        make_choice("measure", "Measure", [("ror", "ROR"), ("prr", "PRR"), ("ic", "IC")]),
    ]
    design = Design(Setting(Selection(role="any"), "narrow", (), "ror"), tuple(choices))
    rows = [
        make_table(role, strata, year) for role, _, year, strata in product(range(2), range(2), range(years), range(3))
    ]
    columns = fill_columns(design, estimate_tables(rows, MEASURES, "ic025", 3), range(len(rows)))
    curve = {
        "source": "examplebase",
        "label": "Examplebase",
        "reaction": f"{reaction}/narrow",
        "reaction_title": reaction.capitalize(),
        "choices": describe_choices(design),
        "columns": columns,
        "summary": summarise(columns, design, len({tuple(row) for row in rows})),
        "movers": list_movers(columns, design),
        "steps": list_steps(columns, design),
        "not_possible": [
            {
                "choice": "without consumers",
                "level": "out",
                "title": "cases with consumers: left out",
                "why": "Examplebase does not record the reporter of a case.",
            }
        ],
    }
    return {**curve, "text": say_curve(curve, "ic025")}
