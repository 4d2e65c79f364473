"""`phytovigil evaluate`: do the measures find what is known, on this data?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil.cli.options import (
    FormatOption,
    MeasureOption,
    OutOption,
    Scope,
    takes_scope,
)

NO_NAMES: list[str] = []
NO_NUMBERS: list[int] = []
ROOM_FOR_MORE = 110
"""Columns of a terminal from which precision is shown at more than two numbers of pairs."""

LISTED = 8
"""Products and reactions that are named on the terminal; JSON names all."""


@takes_scope
def evaluate(
    reference: Annotated[Path, typer.Argument(metavar="REFERENCE", help="Reference set (CSV).")],
    scope: Scope,
    measures: MeasureOption = NO_NAMES,
    first: Annotated[
        list[int], typer.Option("--k", metavar="NUMBER", min=1, help="Precision at so many pairs; may be repeated.")
    ] = NO_NUMBERS,
    outcomes: Annotated[
        Path | None, typer.Option("--outcomes", metavar="FILE", help="Terms of each outcome, for OMOP and EU-ADR.")
    ] = None,
    names: Annotated[
        Path | None, typer.Option("--names", metavar="FILE", help="Other names of the products (JSON).")
    ] = None,
    bootstrap: Annotated[
        int, typer.Option("--bootstrap", metavar="DRAWS", min=0, help="Bootstrap intervals instead of DeLong's.")
    ] = 0,
    format: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """How well measures and rules tell known links from known non-links."""
    from phytovigil.cli.exporting import check_format, export_table
    from phytovigil.study.evaluating import write_evaluation

    chosen = check_format(format, out, scope.json)
    answer = scope.workspace.evaluate(
        reference,
        outcomes=outcomes,
        names=names,
        measures=measures,
        first=first,
        bootstrap=bootstrap,
        **scope.where,
    )
    export_table(answer, chosen, out, print_evaluation, write_evaluation)


def print_evaluation(answer: dict[str, Any]) -> None:
    """Rankings, rules, groups, the source's own error, and what could not be evaluated."""
    from phytovigil.cli.printing import say

    asked, used = answer["reference"], answer["evaluated"]
    say(f"{asked['file']}: {asked['pairs']:,} pairs, {asked['positive']:,} positive, {asked['negative']:,} negative")
    say(f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}")
    say(f"Evaluated: {used['pairs']:,} pairs, {used['positive']:,} positive, {used['negative']:,} negative\n")
    print_rankings(answer)
    print_rules(answer)
    print_groups(answer)
    for sentence in error_sentences(answer["systematic_error"]):
        say(sentence)
    print_left_out(answer)
    say("\nThe figures hold for these pairs and this population; a reference set is no sample of all pairs.")


def print_rankings(answer: dict[str, Any]) -> None:
    """One line for each measure and what it ranks by."""
    from phytovigil.cli.printing import say, show_table, table, terminal_width

    most = 2 if terminal_width() < ROOM_FOR_MORE else len(answer["at"])
    precisions = [f"P at {number}" for number in answer["at"][:most]]
    numbers = ("AUC (95 %)", "avg prec", *precisions, "none")
    made = table("measure", "by", *numbers, numbers=numbers, whole=("measure", "by"))
    for ranking in answer["measures"]:
        by = "" if ranking["measure"] == "cases" else {"point": "estimate", "low": "low limit"}[ranking["ranked_by"]]
        silent = answer["evaluated"]["pairs"] - ranking["estimable"]["pairs"]
        shares = [share(each["precision"]) for each in ranking["precision_at"][:most]]
        area = area_text(ranking["auc"])
        made.add_row(ranking["measure"], by, area, share(ranking["average_precision"]), *shares, f"{silent:,}")
    show_table(made)
    base = answer["evaluated"]["positive"] / answer["evaluated"]["pairs"]
    say(f"AUC by chance 0.50, average precision by chance {base:.2f}. none: pairs without an estimate, ranked last.\n")


def area_text(area: dict[str, Any]) -> str:
    """An area with its interval."""
    if area["point"] is None:
        return "–"
    limits = "" if area["low"] is None else f" ({area['low']:.2f} to {area['high']:.2f})"
    return f"{area['point']:.3f}{limits}"


def share(value: float | None) -> str:
    """A share of 1, or a dash.

    >>> share(0.8333), share(None)
    ('0.83', '–')
    """
    return "–" if value is None else f"{value:.2f}"


def print_rules(answer: dict[str, Any]) -> None:
    """One line for each rule."""
    from phytovigil.cli.printing import say, show_table, table

    if not answer["rules"]:
        return
    numbers = ("found", "sensitivity (95 %)", "false", "specificity (95 %)", "PPV", "Youden")
    made = table("rule", *numbers, numbers=numbers, whole=("rule",))
    used = answer["evaluated"]
    for rule in answer["rules"]:
        found, false = f"{rule['found']:,}/{used['positive']:,}", f"{rule['false_alarms']:,}/{used['negative']:,}"
        wide = [share_text(rule[key]) for key in ("sensitivity", "specificity")]
        narrow = share(rule["positive_predictive_value"]["point"]), share(rule["youden"])
        made.add_row(rule["rule"], found, wide[0], false, wide[1], *narrow)
    show_table(made)
    for rule in answer["rules_withheld"]:
        say(f"{rule['rule']}: withheld, there is no estimate of {' or '.join(rule['measures'])}.")
    say("PPV depends on the share of positives in the set, which is nothing like that among all pairs.\n")


def share_text(found: dict[str, float | None]) -> str:
    """A share with its interval, short."""
    if found["point"] is None:
        return "–"
    return f"{found['point']:.2f} ({found['low']:.2f}–{found['high']:.2f})"


def print_groups(answer: dict[str, Any]) -> None:
    """The areas within groups, for two measures or as many as there are."""
    from phytovigil.cli.printing import say, show_table, table

    if not answer["groups"]:
        return
    listed = [each["measure"] for each in answer["measures"] if each["ranked_by"] == "low"]
    shown = [name for name in ("ror", "ic", "ebgm") if name in listed] or listed[:3]
    made = table("group", "pos", "neg", *shown, numbers=("pos", "neg", *shown))
    for group in answer["groups"]:
        areas = {each["measure"]: each["auc"] for each in group["measures"] if each["ranked_by"] == "low"}
        texts = [share(areas[name]["point"]) for name in shown]
        made.add_row(group["group"], f"{group['positive']:,}", f"{group['negative']:,}", *texts)
    show_table(made)
    say("AUC within each group, ranked by the lower limit; JSON holds every measure with its interval.\n")


def error_sentences(error: dict[str, Any]) -> list[str]:
    """What the negative controls say of the source."""
    null = error["null"]
    dropped = [
        f"{error['too_few_expected']:,} have fewer than {error['least_expected']:g} expected cases",
        f"{error['empty_cell']:,} an empty cell",
    ]
    counted = (
        f"Systematic error of the reporting odds ratio, by {error['informative']:,} of "
        f"{error['negative_controls']:,} negative controls ({', '.join(dropped)}):"
    )
    if null["mean"] is None:
        return [f"{counted} withheld. {null['notes'][-1]}"]
    said = (
        f"{counted} mean {signed(null['mean'])} ({signed(null['mean_low'])} to {signed(null['mean_high'])}), "
        f"sd {null['sd']:.2f} ({null['sd_low']:.2f} to {null['sd_high']:.2f}), in log units."
    )
    raw, calibrated = error["share_below_alpha"], error["share_below_alpha_calibrated"]
    after = "–" if calibrated is None else f"{calibrated:.0%}"
    return [said, f"p below {error['alpha']:g} in {raw:.0%} of them, calibrated by the others in {after}; 5% is right."]


def signed(value: float) -> str:
    """A log ratio with its sign.

    >>> signed(-0.25)
    '−0.25'
    """
    return f"{value:.2f}".replace("-", "−")


def print_left_out(answer: dict[str, Any]) -> None:
    """Which pairs could not be evaluated, by reason."""
    from phytovigil.cli.printing import say

    left = answer["not_evaluable"]
    if not left:
        return
    say(f"\nNot evaluated: {len(left):,} pairs.")
    for reason, number in Counter(pair["reason"] for pair in left).most_common():
        key = "reaction" if "reaction" in reason else "product"
        named = list(dict.fromkeys(pair[key] for pair in left if pair["reason"] == reason))
        more = f" and {len(named) - LISTED:,} more" if len(named) > LISTED else ""
        say(f"  {number:,}: {reason}: {', '.join(named[:LISTED])}{more}")
