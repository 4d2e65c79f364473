"""`phytovigil examine regression`: what remains when all products named beside it are taken into account?"""

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

NO_COVARIATES: list[str] = []
SHOWN = 10
"""Products that the terminal shows; JSON has up to 40."""


@examine_app.command("regression")
@takes_scope
def examine_regression(
    product: ProductOption,
    reaction: ReactionOption,
    scope: Scope,
    penalty: Annotated[
        str, typer.Option("--penalty", metavar="KIND", help="lasso, elastic-net, or ridge (slow).")
    ] = "lasso",
    covariate: Annotated[
        list[str],
        typer.Option(
            "--covariate", metavar="NAME", help="sex, age, year, country, reporter or serious; may be repeated."
        ),
    ] = NO_COVARIATES,
    fewest_cases: Annotated[
        int,
        typer.Option("--fewest-cases", metavar="NUMBER", min=1, help="Cases that another product needs."),
    ] = 20,
    reported: Annotated[
        bool, typer.Option("--reported", help="Also products unknown to the vocabulary, by reported name.")
    ] = False,
    resamples: Annotated[
        int, typer.Option("--resamples", metavar="NUMBER", min=0, help="Bootstrap resamples; 0 for none.")
    ] = 0,
    folds: Annotated[int, typer.Option("--folds", metavar="NUMBER", min=2, help="Folds of the cross-validation.")] = 5,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", min=0, help="Of folds and resamples.")] = 1,
) -> None:
    """The odds ratio adjusted for all products named beside it."""
    answer = scope.workspace.examine.regression(
        product,
        reaction,
        covariates=covariate,
        fewest_cases=fewest_cases,
        reported=reported,
        penalty=penalty,
        resamples=resamples,
        folds=folds,
        seed=seed,
        **scope.where,
    )
    scope.show(answer, print_regression)


def print_regression(answer: dict[str, Any]) -> None:
    """Crude and adjusted odds ratios, what was adjusted for, and what the interval is of."""
    from phytovigil.cli.printing import say

    say_head(answer)
    columns = answer["columns"]
    names = "vocabulary and, where it knows none, names as reported" if columns["reported"] else "vocabulary"
    say(f"a = {answer['a']:,}, b = {answer['b']:,}, c = {answer['c']:,}, d = {answer['d']:,}")
    said = f"{columns['products']:,} other products with at least {columns['fewest_cases']} cases, in any role"
    say(f"{said} ({names})\n")
    print_ratios(answer)
    print_choice(answer["penalty"])
    if answer["products"]:
        print_products(answer)
    for note in answer["notes"]:
        say(f"Note: {note}")
    if not answer["estimates"]["adjusted"]["why"]:
        say(f"\n{conclude(answer)}\n{answer['condition']}")
    say("Reports cannot prove a cause. Nothing that was not reported is adjusted for.")


def print_ratios(answer: dict[str, Any]) -> None:
    """The odds ratios below each other, from crude to adjusted."""
    from phytovigil.cli.printing import interval, show_table, table

    found, kinds = answer["estimates"], answer["penalty"]["kind"]
    share = f"{found['level'] * 100:g} %"
    made = table("reporting odds ratio", f"estimate ({share})", whole=(f"estimate ({share})",))
    made.add_row("crude, exact (mid-P)", interval(found["ror-midp"]))
    covariates = [entry["name"] for entry in answer["covariates"]]
    if covariates:
        made.add_row(f"adjusted for {', '.join(covariates)}", withheld(found["covariates"]))
    what = "all products, shrunken" if kinds == "ridge" else "products named beside it"
    first = f"{', '.join(covariates)} and " if covariates else ""
    made.add_row(f"adjusted for {first}{what}", withheld(found["adjusted"]))
    made.add_row("the same, with the stronger penalty", withheld(found["one_error"]))
    if answer["bootstrap"]:
        boot = answer["bootstrap"]
        made.add_row(f"its interval over {boot['used']} resamples", span(boot))
    show_table(made)


def withheld(estimate: dict[str, Any]) -> str:
    """An estimate, or that there is none."""
    from phytovigil.cli.printing import interval

    return "withheld" if estimate["why"] else interval(estimate)


def span(limits: dict[str, Any]) -> str:
    """Two limits without a point."""
    return f"{limits['low']:,.2f} to {limits['high']:,.2f}" if limits["low"] is not None else "not estimable"


def print_choice(penalty: dict[str, Any]) -> None:
    """The penalties that were chosen, in cases."""
    from phytovigil.cli.printing import say

    found = penalty["of_reaction"]
    if found is None:
        return
    least, stronger = found["minimum"], found["one_error"]
    say(f"\n{penalty['kind']}, {penalty['folds']}-fold cross-validation, seed {penalty['seed']}:")
    for title, choice in (("least deviance", least), ("one standard error", stronger)):
        kept = "" if penalty["kind"] == "ridge" else f", keeps {choice['products']:,} products"
        deviance = f"deviance {choice['deviance']:.6g} (SE {choice['error']:.2g}) a case"
        say(f"  {title}: penalty {choice['penalty']:.3g} cases{kept}; {deviance}")


def print_products(answer: dict[str, Any]) -> None:
    """Products adjusted for, the one whose absence matters most first."""
    from phytovigil.cli.printing import interval, say, show_table, table

    shares = answer["bootstrap"] is not None
    beside = [row for row in answer["products"] if row["with_product"]]
    numbers = ("beside", "both", "without it", *(("kept",) if shares else ()))
    made = table("adjusted for", "beside", "both", "own adjusted OR", "without it", *numbers[3:], numbers=numbers,
                 whole=("own adjusted OR",))  # fmt: skip
    for row in beside[:SHOWN]:
        without = "–" if row["without"] is None else f"{row['without']:.2f}"
        kept = [f"{row['share'] or 0:.0%}"] if shares else []
        own = interval(row["adjusted"], 1)
        made.add_row(row["name"], f"{row['with_product']:,}", f"{row['with_both']:,}", own, without, *kept)
    if not beside:
        say("\nNo product that is adjusted for is named beside it; they only change what it is compared with.")
        return
    say("")
    show_table(made)
    meaning = (
        "beside: cases that name it and the product; both: of these, with the reaction; without it: the adjusted odds "
        "ratio of the product when this one is left out"
    )
    say(f"{meaning}{'; kept: share of the resamples that adjust for it' if shares else ''}.")
    more = len(beside) - SHOWN
    if more > 0:
        say(f"{more} more are named beside it and change it less; --json lists up to 40.")


def conclude(answer: dict[str, Any]) -> str:
    """What the adjusted interval says beside the crude one, in one sentence."""
    crude, adjusted = answer["estimates"]["ror-midp"], answer["estimates"]["adjusted"]
    was = crude["low"] is not None and crude["low"] > 1
    if adjusted["low"] > 1:
        rest = "remains" if was else "appears"
        return f"A disproportion {rest} when the products named beside it are taken into account."
    if was:
        return (
            "The crude disproportion does not hold when the products named beside it are taken into account: they may "
            "account for it, or too few cases are left to tell."
        )
    return "No disproportion is seen, with or without the products named beside it."
