"""`phytovigil examine masking`: do the cases of other products hide a pair?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from phytovigil.cli.examine.group import examine_app
from phytovigil.cli.examine.strata import say_head
from phytovigil.cli.options import (
    ProductOption,
    ReactionOption,
    Scope,
    takes_scope,
)


@examine_app.command("masking")
@takes_scope
def examine_masking(
    product: ProductOption,
    reaction: ReactionOption,
    scope: Scope,
    most: Annotated[int, typer.Option("--most", metavar="NUMBER", min=1, help="Products to list.")] = 10,
    least_ratio: Annotated[
        float,
        typer.Option("--least-ratio", metavar="RATIO", min=1.0, help="Masking ratio from which products are left out."),
    ] = 1.1,
    reported: Annotated[
        bool, typer.Option("--reported", help="Names as reported instead of products of the vocabulary.")
    ] = False,
) -> None:
    """Other products whose cases hide the pair, and the pair without them."""
    answer = scope.workspace.examine.masking(
        product,
        reaction,
        most=most,
        least_ratio=least_ratio,
        reported=reported,
        **scope.where,
    )
    scope.show(answer, print_masking)


def print_masking(answer: dict[str, Any]) -> None:
    """The pair as it is, without each masker, and without the strong ones together."""
    from phytovigil.cli.printing import say, show_table, table

    say_head(answer)
    say("Maskers in the same role as the product; only their cases without the product are left out.\n")
    made = table(
        "without", "share", "ratio", "c", "d", "PRR", "ROR", "IC025", "",
        numbers=("share", "ratio", "c", "d", "PRR", "ROR", "IC025"),
    )  # fmt: skip
    made.add_row("(all cases in)", "", "", *describe(answer["before"]))
    for row in answer["maskers"]:
        made.add_row(row["name"], f"{100 * row['share']:.1f} %", say_ratio(row["ratio"]), *describe(row["without"]))
    if answer["together"]:
        together = answer["together"]
        title = f"({len(together['products'])} with {answer['least_ratio']:g} or more)"
        made.add_row(title, "", say_ratio(together["ratio"]), *describe(together["without"]))
    show_table(made)
    before = answer["before"]
    say(f"a = {before['a']:,} and b = {before['b']:,} throughout; share: of the reaction's cases; ratio: of PRRs.")
    for sentence in answer["why"]:
        say(sentence)


def say_ratio(value: float | None) -> str:
    """A masking ratio; null is infinite."""
    return "∞" if value is None else f"{value:.3f}"


def describe(table: dict[str, Any]) -> tuple[str, ...]:
    """Complement and measures of a 2×2 table."""
    points = (table["estimates"]["prr"]["point"], table["estimates"]["ror"]["point"], table["estimates"]["ic"]["low"])
    shown = ("–" if value is None else f"{value:.2f}".replace("-", "−") for value in points)
    return f"{table['c']:,}", f"{table['d']:,}", *shown, "signal" if table["signal"] else ""
