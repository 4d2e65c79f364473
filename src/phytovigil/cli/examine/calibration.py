"""`phytovigil examine calibration`: the pair beside pairs of which nothing is expected."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil.cli.evaluate import error_sentences
from phytovigil.cli.examine.group import examine_app
from phytovigil.cli.options import (
    ProductOption,
    ReactionOption,
    Scope,
    takes_scope,
)

LISTED = 20
"""Controls that are listed on the terminal; JSON lists all."""


@examine_app.command("calibration")
@takes_scope
def examine_calibration(
    product: ProductOption,
    reaction: ReactionOption,
    scope: Scope,
    controls: Annotated[
        Path, typer.Option("--controls", metavar="FILE", help="Negative controls: CSV of product,reaction, or a study.")
    ],
) -> None:
    """The reporting odds ratio, calibrated by negative controls."""
    answer = scope.workspace.examine.calibration(product, reaction, controls=controls, **scope.where)
    scope.show(answer, print_calibration)


def print_calibration(answer: dict[str, Any]) -> None:
    """The controls, the null, and the pair before and after."""
    from phytovigil.cli.printing import say

    asked = answer["controls"]
    say(f"{answer['product']['name']} × {answer['reaction']['title']}, calibrated by the controls of {asked['file']}")
    say(f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}\n")
    print_controls(answer)
    for sentence in error_sentences(answer["systematic_error"]):
        say(sentence)
    print_estimate(answer)
    say(f"\n{answer['note']}")


def print_controls(answer: dict[str, Any]) -> None:
    """Every control that was counted, and why some do not enter."""
    from phytovigil.cli.printing import interval, say, show_table, table

    made = table(
        "control", "a", "expected", "ROR (95 %)", "p", "p cal.",
        numbers=("a", "expected", "p", "p cal."), whole=("ROR (95 %)",),
    )  # fmt: skip
    left = Counter(pair["left_out"] for pair in answer["pairs"] if pair["left_out"])
    used = [pair for pair in answer["pairs"] if not pair["left_out"]]
    for pair in used[:LISTED]:
        name = f"{pair['product']} × {pair['reaction']}{'' if pair['truth'] == 'negative' else ' (positive)'}"
        numbers = (f"{pair['a']:,}", f"{pair['expected']:.1f}", interval(pair["ror"]))
        made.add_row(name, *numbers, probability(pair["p_value"]), probability(pair["p_calibrated"]))
    if made.row_count:
        show_table(made)
        more = f" {len(used) - LISTED:,} more controls are in the JSON." if len(used) > LISTED else ""
        say(f"p cal.: by the null of the other controls.{more}")
    for reason, number in left.items():
        say(f"Left out: {number:,} because {reason}.")
    say("")


def probability(value: float | None) -> str:
    """A p-value as it is read.

    >>> probability(0.0421), probability(0.00001), probability(None)
    ('0.042', '<0.001', '–')
    """
    if value is None:
        return "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def print_estimate(answer: dict[str, Any]) -> None:
    """The pair in question, uncalibrated and calibrated."""
    from phytovigil.cli.printing import interval, say, show_table, table

    found, cells = answer["estimate"], answer["table"]
    counts = ", ".join(f"{cell} = {cells[cell]:,}" for cell in "abcd")
    say(f"\n{counts}; {found['expected']:.3g} expected")
    made = table("reporting odds ratio", "ROR (95 %)", "p", numbers=("p",), whole=("ROR (95 %)",))
    for title, key in (("uncalibrated", "uncalibrated"), ("calibrated", "calibrated")):
        each = found[key]
        known = each["point"] is not None
        made.add_row(title, interval(each) if known else "not estimable", probability(each["p_value"]))
    wide = found["calibrated"]["p_value_uncertain"]
    made.add_row("  allowing for the few controls", "", probability(wide))
    made.add_row("  one-sided, for a larger ratio", "", probability(found["calibrated"]["p_value_greater"]))
    show_table(made)
