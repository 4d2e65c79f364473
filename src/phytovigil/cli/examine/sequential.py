"""`phytovigil examine sequential`: a pair watched look by look."""

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

TITLES = {"maxsprt": "MaxSPRT (Poisson)", "group": "group-sequential test"}
SPENDING = {"obf": "O'Brien-Fleming type", "pocock": "Pocock type"}


@examine_app.command("sequential")
@takes_scope
def sequential(
    product: ProductOption,
    reaction: ReactionOption,
    scope: Scope,
    method: Annotated[
        str, typer.Option("--method", metavar="METHOD", help="maxsprt, or group (alpha spending).")
    ] = "maxsprt",
    alpha: Annotated[
        float, typer.Option("--alpha", metavar="CHANCE", help="Chance of a false alarm over the whole time.")
    ] = 0.05,
    minimum_events: Annotated[
        int, typer.Option("--minimum-events", metavar="NUMBER", help="Fewest cases of an alarm.")
    ] = 4,
    start: Annotated[
        str | None, typer.Option("--from", metavar="WHEN", help="First quarter (2010Q1) or year watched.")
    ] = None,
    spending: Annotated[
        str, typer.Option("--spending", metavar="TYPE", help="How group shares out alpha: obf or pocock.")
    ] = "obf",
    look: Annotated[str, typer.Option("--look", metavar="PERIOD", help="Look every quarter or year.")] = "quarter",
    limit: Annotated[
        float | None,
        typer.Option("--limit", metavar="NUMBER", help="Expected cases that end it [default: those of all the data]."),
    ] = None,
) -> None:
    """Observed against expected at every look, with a boundary that allows for looking again."""
    from phytovigil.study.examining import Plan

    plan = Plan(method, alpha, minimum_events, spending, look, limit)
    answer = scope.workspace.examine.sequential(product, reaction, plan=plan, start=start, **scope.where)
    scope.show(answer, print_sequential)


def print_sequential(answer: dict[str, Any]) -> None:
    """The plan, the looks, and what they say."""
    from phytovigil.cli.printing import say

    say(f"{answer['product']['name']} × {answer['reaction']['title']}, watched from {answer['from'] or 'no date'} on")
    say(f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}")
    print_plan(answer)
    print_looks(answer)
    say(answer["why"])
    say("")
    for note in answer["notes"]:
        say(note)


def print_plan(answer: dict[str, Any]) -> None:
    """The method and its boundary in words."""
    from phytovigil.cli.printing import say

    boundary, limit = answer["boundary"], answer["limit"]["expected"]
    spending = f", alpha spent by the {SPENDING[answer['spending']]}" if answer["spending"] else ""
    say(f"{TITLES[answer['method']]}, a look every {answer['look']}, alpha {answer['alpha']:g}{spending},")
    fewest = answer["minimum_events"]
    say(f"at least {fewest} case{'s' if fewest > 1 else ''}, up to {limit or 0:.3g} expected cases")
    if not boundary:
        say("")
        return
    if boundary["critical_value"]:
        when = "watched after every case" if boundary["kind"] == "continuous" else "for just these looks"
        say(f"critical value of the log likelihood ratio {boundary['critical_value']:.4f}, {when}")
    say(f"chance of a false alarm {boundary['type_one_error']:.2g}\n")


def print_looks(answer: dict[str, Any]) -> None:
    """One line for each look that had something new."""
    from phytovigil.cli.printing import say, show_table, table

    shown = [row for row in answer["looks"] if row["new_expected"] or row["new"]]
    if not shown:
        return
    group = answer["method"] == "group"
    numbers = ("new", "observed", "expected", "ratio", "z" if group else "LLR", "needed")
    made = table(answer["look"], *numbers, "", numbers=numbers, whole=(answer["look"],))
    for row in shown:
        statistic = row["z"] if group else row["llr"]
        label = row["period"] if row["complete"] else f"{row['period']}*"
        made.add_row(
            label,
            f"{row['new']:,}",
            f"{row['observed']:,}",
            f"{row['expected']:.3f}",
            "–" if row["ratio"] is None else f"{row['ratio']:.2f}",
            "–" if statistic is None else f"{statistic:.2f}".replace("-", "−"),
            "–" if row["needed"] is None else f"{row['needed']:,}",
            "reached" if row["crossed"] else "" if row["tested"] else "after the end",
        )
    show_table(made)
    if len(shown) < len(answer["looks"]):
        say(f"Left out: {len(answer['looks']) - len(shown)} looks at which no case was new, observed or expected.")
