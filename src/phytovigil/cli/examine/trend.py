"""`phytovigil examine trend`: a pair over quarters or years."""

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


@examine_app.command("trend")
@takes_scope
def trend(
    product: ProductOption,
    reaction: ReactionOption,
    scope: Scope,
    period: Annotated[str, typer.Option("--period", metavar="PERIOD", help="quarter or year.")] = "quarter",
) -> None:
    """Estimates over time, the first period of a signal, and when reporting changed."""
    answer = scope.workspace.examine.trend(product, reaction, period=period, **scope.where)
    scope.show(answer, print_trend)


def print_trend(answer: dict[str, Any]) -> None:
    """The periods since the product was first named, the first signals and the changes."""
    from phytovigil.cli.printing import say

    say(f"{answer['product']['name']} × {answer['reaction']['title']}, by {answer['period']} of first receipt")
    say(f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}\n")
    print_periods(answer)
    print_rules(answer)
    print_changes(answer)
    say("")
    for note in answer["notes"]:
        say(note)


def print_periods(answer: dict[str, Any]) -> None:
    """One line for each period in which the product was reported: what came in, and what it adds up to."""
    from phytovigil.cli.printing import interval, say, show_table, table

    named = [row for row in answer["periods"] if row["with_product"]]
    numbers = ("reports", "product", "both", "total", "expected")
    made = table(answer["period"], *numbers, "IC so far (95 %)", numbers=numbers, whole=("IC so far (95 %)",))
    for row in named:
        so_far = row["cumulative"]
        counted = (f"{row['n']:,}", f"{row['with_product']:,}", f"{row['a']:,}", f"{so_far['a']:,}")
        label = row["period"] if row["complete"] else f"{row['period']}*"
        made.add_row(label, *counted, f"{so_far['expected']:.2f}", interval(so_far["estimates"]["ic"]))
    if named:
        show_table(made)
        say("reports, product, both: received in the period. total, expected and IC: both, up to its end.")
    if len(named) < len(answer["periods"]):
        first, last = answer["periods"][0]["period"], answer["periods"][-1]["period"]
        unnamed = f"{len(answer['periods']) - len(named)} of the {len(answer['periods'])} {answer['period']}s"
        say(f"Left out: {unnamed} from {first} to {last}, without a case of the product.")


def print_rules(answer: dict[str, Any]) -> None:
    """When each rule was first met."""
    from phytovigil.cli.printing import say

    say("\nFirst signal, from the counts up to then:")
    for rule in answer["rules"]:
        if rule["first_period"] is None:
            said = "never"
        elif rule["held_since"] is None:
            said = f"{rule['first_period']} ({rule['first_a']} cases); no longer met at the end"
        elif rule["held_since"] == rule["first_period"]:
            said = f"{rule['first_period']} ({rule['first_a']} cases), and ever since"
        else:
            said = f"{rule['first_period']} ({rule['first_a']} cases); without a break since {rule['held_since']}"
        say(f"  {rule['title']}: {said}")


def print_changes(answer: dict[str, Any]) -> None:
    """When reporting changed, of the product and of the pair."""
    from phytovigil.cli.printing import say

    for key, what in (("product", "the product"), ("pair", "both together")):
        found = answer["changes"][key]
        say(f"\nReports of {what}, relative to all reports:")
        for step in found["steps"]:
            mark = "FLAGGED. " if step["rise"] else ""
            say(f"  {mark}{step['text']} p = {step['p_value']:.3f}, by simulation.")
        if not found["steps"] and found["p_values"]:
            say(f"  no change found (p = {found['p_values'][0]:.3f}, by simulation)")
        for note in found["notes"]:
            say(f"  {note}")
