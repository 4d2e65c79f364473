"""`phytovigil cases series`: all cases of a pair, looked at as a clinician would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from phytovigil.cli.assess import band_text, span_text
from phytovigil.cli.cases import cases_app
from phytovigil.cli.options import ReactionOption, Scope, complete_product, takes_scope

if TYPE_CHECKING:
    from phytovigil.cli.printing import Answer

__all__ = ["cases_app"]
"""The commands of `phytovigil cases`, `assess` and `series` among them."""


@cases_app.command("series")
@takes_scope
def series(
    product: Annotated[
        str,
        typer.Argument(help="Product of the vocabulary, or a name as reported.", autocompletion=complete_product),
    ],
    reaction: ReactionOption,
    scope: Scope,
) -> None:
    """Look at the cases of a product and a reaction.

    Time to onset, dechallenge, completeness and what the scales leave open, together and case by case.
    """
    scope.show(scope.workspace.cases.series(product, reaction, **scope.where), print_series)


def print_series(answer: Answer) -> None:
    """What the cases tell together, then each of them."""
    from phytovigil.cli.printing import say

    found = answer["series"]
    say(f"{answer['product']['name']} × {answer['reaction']['title']}: {found['cases']:,} cases")
    say(f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}\n")
    if not found["cases"]:
        return
    for title, words in series_lines(found):
        say(f"{title:14}{words}")
    print_singles(found)
    say("\n" + "\n".join(found["notes"]))


def series_lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    """The numbers of a series, a line for each."""
    completeness = found["completeness"]
    lines = [
        ("onset", series_onset(found["onset"])),
        ("dechallenge", series_challenge(found["dechallenge"])),
        ("rechallenge", series_challenge(found["rechallenge"])),
        *((name, counts_text(found[name])) for name in ("seriousness", "outcomes", "sex")),
        ("age", ", ".join(f"{item['value']}: {item['cases']:,}" for item in found["age"])),
        ("completeness", completeness_text(completeness)),
        ("suspected too", counts_text(found["co_suspects"]) or "no other product of the vocabulary"),
        ("Naranjo", "; ".join(naranjo_text(item) for item in found["naranjo"])),
        ("WHO-UMC", "; ".join(who_text(item) for item in found["who_umc"])),
    ]
    return [(title, words) for title, words in lines if words]


def completeness_text(found: dict[str, Any]) -> str:
    """Quartiles over all ten dimensions and, where the source has not got them all, of the adapted score."""
    all_ten = f"quartiles {quartiles_text(found['all_ten'])} of 1; {found['well_documented']:,} cases above 0.8"
    return all_ten + (f"; adapted: {quartiles_text(found['adapted_spread'])}" if found["adapted"] else "")


def quartiles_text(spread: dict[str, float]) -> str:
    """Three quartiles."""
    return ", ".join(f"{spread[name]:.2f}" for name in ("first_quartile", "median", "third_quartile"))


def series_onset(onset: dict[str, Any]) -> str:
    """Days from start to event, and how many cases have none."""
    if not onset["recorded"]:
        return "not recorded by this source"
    usable = onset["ledger"]["exact"]
    others = {status: cases for status, cases in onset["ledger"].items() if cases and status != "exact"}
    rest = "".join(f"; {cases:,} {status.replace('-', ' ')}" for status, cases in others.items())
    if not usable:
        return f"no case with both dates{rest}"
    spread = onset["spread"]
    quartiles = f"quartiles {spread['first_quartile']:,}, {spread['median']:,}, {spread['third_quartile']:,}"
    return f"{usable:,} cases, {spread['minimum']:,} to {spread['maximum']:,} days, {quartiles}{rest}"


def series_challenge(found: dict[str, Any]) -> str:
    """What followed the stop, or the return, in how many cases."""
    if not found["recorded"]:
        return "not recorded by this source"
    return ", ".join(f"{cases:,} {word}" for word, cases in found["counts"].items() if cases)


def counts_text(counts: list[dict[str, Any]]) -> str:
    """Values with their cases.

    >>> counts_text([{"value": "male", "cases": 4}, {"value": "unknown", "cases": 1}])
    '4 male, 1 unknown'
    """
    return ", ".join(f"{item['cases']:,} {item['value']}" for item in counts)


def naranjo_text(item: dict[str, Any]) -> str:
    """A range of the Naranjo scale with its cases."""
    return f"{span_text(item['low'], item['high'])} ({band_text(item['categories'])}) in {item['cases']:,}"


def who_text(item: dict[str, Any]) -> str:
    """Categories of the WHO-UMC system that remain, with the cases."""
    return f"{band_text(item['categories'])} in {item['cases']:,}, {item['as_it_stands']} as they stand"


def print_singles(found: dict[str, Any]) -> None:
    """The cases one by one."""
    from phytovigil.cli.printing import say, show_table, table

    columns = ("case", "received", "onset", "dech.", "rech.", "others", "C", "Naranjo", "WHO-UMC may be")
    made = table(*columns, numbers=("others", "C"), whole=("case", "received", "Naranjo"))
    for case in found["single_cases"]:
        onset = case["onset"]
        days = f"{onset['low_days']:,} d" if onset["status"] == "exact" else "–"
        range_ = span_text(case["naranjo"]["low"], case["naranjo"]["high"])
        challenges = (SHORT.get(case[name], "–") for name in ("dechallenge", "rechallenge"))
        score, may_be = f"{case['completeness']['all_ten']:.2f}", band_text(case["who_umc"]["categories"])
        rest = (str(case["other_suspects"]), score, range_, may_be)
        made.add_row(case["case_id"], case["received"] or "–", days, *challenges, *rest)
    say("")
    show_table(made)
    if found["single_cases_note"]:
        say(found["single_cases_note"])


SHORT = {"positive": "+", "negative": "−"}
