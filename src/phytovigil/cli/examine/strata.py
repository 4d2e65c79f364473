"""`phytovigil examine strata`: do strata of the cases explain a disproportion?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from phytovigil.cli.examine.group import examine_app
from phytovigil.cli.options import (
    ProductOption,
    ReactionOption,
    Scope,
    takes_scope,
)

ByOption = Annotated[
    list[str],
    typer.Option("--by", metavar="WHAT", help="sex, age, year, country, reporter or serious; may be repeated."),
]
MOST_LINES = 15
"""Strata shown; JSON has all."""


@examine_app.command("strata")
@takes_scope
def examine_strata(
    product: ProductOption,
    reaction: ReactionOption,
    by: ByOption,
    scope: Scope,
) -> None:
    """Whether strata of the cases explain a disproportion: crude and adjusted, and whether strata differ."""
    answer = scope.workspace.examine.strata(product, reaction, by=by, **scope.where)
    scope.show(answer, print_strata)


def print_strata(answer: dict[str, Any]) -> None:
    """The strata that hold most, then all together."""
    from phytovigil.cli.printing import interval, say, show_table, table

    say_head(answer)
    say(f"strata of {' and '.join(answer['by'])}\n")
    shown = sorted(answer["strata"], key=lambda row: (-row["a"], -row["expected"]))[:MOST_LINES]
    made = table(
        "stratum", "both", "product", "reaction", "cases", "expected", "ROR mid-P (95 %)",
        numbers=("both", "product", "reaction", "cases", "expected"), whole=("ROR mid-P (95 %)",),
    )  # fmt: skip
    for row in (row for row in answer["strata"] if row in shown):
        estimate = interval(row["ror_midp"], 1) if row["informative"] else "no information"
        counted = (row["a"], row["a"] + row["b"], row["a"] + row["c"], row["n"])
        made.add_row(
            " ".join(row["stratum"].values()), *(f"{count:,}" for count in counted), f"{row['expected']:.2f}", estimate
        )
    show_table(made)
    if len(answer["strata"]) > len(shown):
        left = len(answer["strata"]) - len(shown)
        say(f"The {len(shown)} strata with most cases observed or expected; --json has the other {left:,}, too.\n")
    print_totals(answer)
    for sentence in answer["why"]:
        say(sentence)


def say_head(answer: dict[str, Any]) -> None:
    """What the answer is about."""
    from phytovigil.cli.printing import say

    say(f"{answer['product']['name']} × {answer['reaction']['title']}")
    say(f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}")


def print_totals(answer: dict[str, Any]) -> None:
    """Crude and adjusted below each other."""
    from phytovigil.cli.printing import interval, show_table, table

    measures = ("ROR (95 %)", "IC (95 %)")
    made = table("", "observed", "expected", *measures, numbers=("observed", "expected"), whole=measures)
    for name in ("crude", "adjusted"):
        found = answer[name]
        made.add_row(
            name, f"{answer['a']:,}", f"{found['expected']:.2f}", interval(found["ror"], 1), interval(found["ic"])
        )
    show_table(made)
