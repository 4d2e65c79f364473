"""`phytovigil examine onset`: when the reaction came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from phytovigil.cli.examine.group import examine_app
from phytovigil.cli.options import (
    ProductOption,
    ReactionOption,
    Scope,
    takes_scope,
)

if TYPE_CHECKING:
    from phytovigil.cli.printing import Answer

SET_ASIDE = {
    "without_start": "start of the product missing",
    "without_event_date": "event date missing",
    "without_either": "both dates missing",
    "partial": "a date is only a month or a year",
    "negative": "event before the start",
    "after_truncation": "event after the day of truncation",
}

KEY = (
    "KS distance: largest gap between the two distributions, 0 to 1; p by reshuffling cases. Cliff's delta: below 0 "
    "where the times of this pair tend to be shorter, above 0 where longer."
)


@examine_app.command("onset")
@takes_scope
def onset(
    product: ProductOption,
    reaction: ReactionOption,
    scope: Scope,
    truncated_at: Annotated[
        str | None,
        typer.Option(
            "--truncated-at", metavar="DATE", help="Last day an event could be in the data: corrects for what is not."
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", help="The same seed gives the same p-values.")] = 1,
) -> None:
    """Time from the start of the product to the reaction."""
    answer = scope.workspace.examine.onset(
        product,
        reaction,
        **scope.where,
        truncated_at=truncated_at,
        seed=seed,
    )
    scope.show(answer, print_onset)


def print_onset(answer: Answer) -> None:
    """The ledger, the distribution, and both comparisons."""
    from phytovigil.cli.printing import say

    say(f"{answer['product']['name']} × {answer['reaction']['title']}: time to onset")
    say(f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}\n")
    print_ledger(answer)
    if answer["spread"]:
        print_distribution(answer)
        print_comparisons(answer)
    say("\n" + " ".join(answer["notes"]))


def print_ledger(answer: Answer) -> None:
    """Cases, those with a time to onset, and the others by reason."""
    from phytovigil.cli.printing import say

    ledger = answer["ledger"]
    say(f"{ledger['cases']:,} cases with product and reaction; {ledger['usable']:,} with a usable time to onset")
    for key, words in SET_ASIDE.items():
        if ledger[key]:
            say(f"  {ledger[key]:,} set aside: {words}")


def print_distribution(answer: Answer) -> None:
    """Quartiles, and the fitted distribution where there is one."""
    from phytovigil.cli.printing import interval, say

    found = answer["spread"]
    quartiles = f"{found['first_quartile']:,}, {found['median']:,}, {found['third_quartile']:,}"
    say(f"\nDays: {found['minimum']:,} to {found['maximum']:,}; quartiles {quartiles}; same day: {found['same_day']:,}")
    fit = answer["weibull"]
    if fit:
        truncated = f", right-truncated at {answer['truncated_at']}" if answer["truncated_at"] else ""
        say(f"Weibull distribution{truncated} (95 % profile-likelihood intervals)")
        say(f"  shape  {interval(fit['shape'])}")
        say(f"  scale  {interval(fit['scale_days'], 1)} days")
        say(f"  median {interval(fit['median_days'], 1)} days")
        say(f"  {fit['meaning']}")


def print_comparisons(answer: Answer) -> None:
    """The pair beside other reactions of the product and other products of the reaction."""
    from phytovigil.cli.printing import say, show_table, table

    columns = ("against", "usable", "median", "KS distance", "p", "Cliff's delta (95 %)")
    made = table(*columns, numbers=columns[1:])
    for item in answer["comparisons"]:
        usable, median = f"{item['ledger']['usable']:,}", f"{item['spread']['median']:,}" if item["spread"] else "–"
        tested, delta = item["kolmogorov_smirnov"], item["cliffs_delta"]
        measured = (
            (f"{tested['distance']:.2f}", f"{tested['p_value']:.2g}", show_delta(delta))
            if tested
            else ("–", "–", "too few")
        )
        made.add_row(item["with"].replace("-", " "), usable, median, *measured)
    say("")
    show_table(made)
    if any(item["kolmogorov_smirnov"] for item in answer["comparisons"]):
        say(KEY)


def show_delta(delta: dict[str, float | None]) -> str:
    """Cliff's delta with its limits, or alone where it has none.

    >>> show_delta({"point": 1.0, "low": None, "high": None, "p_value": 0.01})
    '1.00 (no interval)'
    """
    from phytovigil.cli.printing import interval

    if delta["low"] is None:
        return f"{delta['point']:.2f} (no interval)".replace("-", "−")
    return interval(delta)
