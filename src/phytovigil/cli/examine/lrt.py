"""`phytovigil examine lrt`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from phytovigil.cli.examine.group import examine_app
from phytovigil.cli.options import (
    ProductOption,
    Scope,
    takes_scope,
)

SHOWN = 25
"""Lines of the table on a terminal."""


@examine_app.command("lrt")
@takes_scope
def examine_lrt(
    product: ProductOption,
    scope: Scope,
    replicates: Annotated[
        int, typer.Option("--replicates", metavar="NUMBER", min=19, help="Random deals behind the threshold.")
    ] = 9999,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", min=0, help="The same seed, the same deals.")] = 1,
    min_cases: Annotated[int, typer.Option("--min-cases", metavar="NUMBER", min=1, help="Fewest cases to list.")] = 1,
) -> None:
    """All reactions of a product tested together by the likelihood ratio, with a simulated threshold."""
    asked = {"replicates": replicates, "seed": seed, "min_cases": min_cases}
    answer = scope.workspace.examine.lrt(product, **scope.where, **asked)
    scope.show(answer, print_lrt)


def print_lrt(answer: dict[str, Any]) -> None:
    """The strongest terms, and what the threshold allows for."""
    from phytovigil.cli.printing import p_value, say, show_table, table

    where = f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}"
    say(f"{answer['product']['name']}, {where}")
    if answer["rows"]:
        made = table("reaction", "a", "expected", "ln LR", "p", "", numbers=("a", "expected", "ln LR", "p"))
        for row in answer["rows"][:SHOWN]:
            mark = "above the threshold" if row["significant"] else ""
            numbers = (f"{row['a']:,}", f"{row['expected']:.2g}", f"{row['log_likelihood_ratio']:.2f}")
            made.add_row(row["reaction"], *numbers, p_value(row["p_value"]), mark)
        show_table(made)
    if answer["threshold"] is not None:
        above = sum(row["significant"] for row in answer["rows"])
        say(
            f"{above:,} of {answer['terms']:,} terms are above the threshold of {answer['threshold']:.2f} "
            f"(level {answer['level']:.0%} for all together, {answer['replicates']:,} deals)."
        )
    for note in answer["notes"]:
        say(note)
