"""`phytovigil examine subgroups`: the pair within each subgroup of the cases."""

from __future__ import annotations

import math
from typing import Annotated, Any

import typer

from phytovigil.cli.examine.group import examine_app
from phytovigil.cli.examine.strata import ByOption, say_head
from phytovigil.cli.options import (
    ProductOption,
    ReactionOption,
    Scope,
    takes_scope,
)

WIDTH = 13
"""Signs of the drawn interval; its middle is an odds ratio of 1."""

LARGEST = 64.0
"""Odds ratio at the right edge of the drawn interval; its inverse is at the left edge."""


@examine_app.command("subgroups")
@takes_scope
def examine_subgroups(
    product: ProductOption,
    reaction: ReactionOption,
    by: ByOption,
    scope: Scope,
    min_cases: Annotated[
        int,
        typer.Option(
            "--min-cases", metavar="NUMBER", min=0, help="No estimates where fewer are observed, and fewer expected."
        ),
    ] = 3,
) -> None:
    """The pair within each subgroup of the cases, and whether subgroups differ."""
    answer = scope.workspace.examine.subgroups(product, reaction, by=by, min_cases=min_cases, **scope.where)
    scope.show(answer, print_subgroups)


def print_subgroups(answer: dict[str, Any]) -> None:
    """A table for each division, with a drawn interval in every line."""
    measure, scale = "ROR mid-P (95 %)", "1/64  1    64"
    from phytovigil.cli.printing import interval, say, show_table, table

    say_head(answer)
    whole = interval(answer["estimates"]["ror-midp"])
    say(f"all cases: a = {answer['a']:,}, expected {answer['expected']:.2f}, ROR mid-P {whole}\n")
    for variable in answer["variables"]:
        made = table(
            variable["by"], "a", "expected", measure, scale, "adj. p", "",
            numbers=("a", "expected", "adj. p"), whole=(measure, scale, ""),
        )  # fmt: skip
        for row in variable["subgroups"]:
            made.add_row(row["subgroup"], f"{row['a']:,}", f"{row['expected']:.2f}", *describe(row))
        show_table(made)
    for sentence in answer["why"]:
        say(sentence)


def describe(row: dict[str, Any]) -> tuple[str, str, str, str]:
    """Estimate, drawing, p-value and mark of a subgroup; a dash where the estimates are withheld."""
    from phytovigil.cli.printing import interval

    if not row["shown"]:
        return "withheld", "", "–", ""
    estimate = row["estimates"]["ror-midp"]
    value = "–" if row["p_adjusted"] is None else f"{row['p_adjusted']:.2g}"
    return interval(estimate, 1), draw(estimate), value, "signal" if row["signal"] else ""


def draw(estimate: dict[str, float | None]) -> str:
    """An interval on a logarithmic scale: ├ and ┤ its limits, ● the point, ┊ an odds ratio of 1, arrows beyond it.

    >>> draw({"point": 4.0, "low": 1.0, "high": 16.0})
    '      ├─●─┤  '
    """
    low, point, high = (place(estimate[name]) for name in ("low", "point", "high"))
    signs = [" "] * WIDTH
    signs[WIDTH // 2] = "┊"
    signs[low : high + 1] = "─" * (high + 1 - low)
    signs[low] = "◂" if estimate["low"] is not None and estimate["low"] < 1 / LARGEST else "├"
    signs[high] = "▸" if estimate["high"] is None or estimate["high"] > LARGEST else "┤"
    signs[point] = "●"
    return "".join(signs)


def place(value: float | None) -> int:
    """The sign at which an odds ratio stands; null is infinite."""
    if value is None:
        return WIDTH - 1
    share = math.log(max(value, 1e-9)) / math.log(LARGEST)
    return min(max(round((share + 1) * (WIDTH - 1) / 2), 0), WIDTH - 1)
