"""`phytovigil examine interaction`: two products and a reaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from phytovigil.cli.examine.group import examine_app
from phytovigil.cli.options import (
    ProductOption,
    ReactionOption,
    Scope,
    complete_product,
    takes_scope,
)

if TYPE_CHECKING:
    from phytovigil.cli.printing import Answer

MOST_ROWS = 25
VERDICTS = {
    "more-than-added": "More than both add up to: the interval of Omega lies above 0.",
    "fewer-than-added": "Fewer than both add up to: the interval of Omega lies below 0.",
    "not-told-from-added": "Not told from what both add up to: the interval of Omega holds 0.",
    "withheld": "Omega is withheld.",
}
MARKS = {"more-than-added": "more", "fewer-than-added": "fewer", "not-told-from-added": "", "withheld": "withheld"}
"""What the list says of a row: more or fewer cases than both products add up to, where the interval excludes it."""

MEANING = (
    "It compares reports, not risks: an interval above 0 is a reason to look at the cases, not an interaction proven; "
    "one that holds 0 does not exclude an interaction."
)


@examine_app.command("interaction")
@takes_scope
def interaction(
    product: ProductOption,
    reaction: ReactionOption,
    scope: Scope,
    second: Annotated[
        str | None,
        typer.Option(
            "--and",
            metavar="PRODUCT",
            help="Second product; otherwise every co-reported one.",
            autocompletion=complete_product,
        ),
    ] = None,
    min_cases: Annotated[
        int, typer.Option("--min-cases", metavar="NUMBER", help="Fewest cases of both products and the reaction.")
    ] = 3,
) -> None:
    """Whether two products together exceed what each of them adds."""
    answer = scope.workspace.examine.interaction(product, reaction, second=second, **scope.where, min_cases=min_cases)
    scope.show(answer, print_interaction)


def print_interaction(answer: Answer) -> None:
    """One second product in full, or the list of all."""
    from phytovigil.cli.printing import say

    other = answer["second"]["name"] if answer["second"] else "each co-reported product"
    say(f"{answer['product']['name']} and {other} × {answer['reaction']['title']}")
    say(f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}\n")
    if answer["second"]:
        print_pair(answer, answer["rows"][0])
    else:
        print_list(answer)
    say("")
    say(" ".join([MEANING, *answer["notes"]]))


def print_pair(answer: Answer, row: dict[str, Any]) -> None:
    """The eight cells and every measure of one second product."""
    from phytovigil.cli.printing import interval, say, show_table, table

    cells, shares = row["cells"], row["shares"]
    columns = ("cases that name", "with reaction", "without", "share")
    made = table(*columns, numbers=columns[1:])
    first, second = answer["product"]["name"], answer["second"]["name"]
    groups = {"11": "both products", "10": f"{first} only", "01": f"{second} only", "00": "neither"}
    for key, words in groups.items():
        share = shares[f"f{key}"]
        counted = (f"{cells[f'n{key}1']:,}", f"{cells[f'n{key}0']:,}")
        made.add_row(words, *counted, "–" if share is None else f"{100 * share:.2f} %")
    show_table(made)
    if row["omega"]["point"] is not None:
        say(f"{cells['n111']:,} cases of both with the reaction; {row['expected']:.3g} expected if both only add up\n")
    lines = {
        "Omega, log2 of observed over expected": ("omega", 2),
        "Interaction contrast, in shares of reports": ("contrast", 4),
        "RERI, in reporting odds ratios": ("reri", 2),
        "Ratio of odds ratios (multiplicative)": ("ratio_of_odds_ratios", 2),
    }
    for words, (key, digits) in lines.items():
        say(f"{words:<43}{interval(row[key], digits)}")
    say(f"\n{VERDICTS[row['verdict']]}")
    for reason in row["withheld"]:
        say(f"Not estimable: {reason}")


def print_list(answer: Answer) -> None:
    """Every co-reported product, strongest lower limit of Omega first."""
    from phytovigil.cli.printing import interval, say, show_table, table

    rows = answer["rows"]
    if not rows:
        say(f"No other product is named in {answer['min_cases']} or more of the cases with product and reaction.")
        return
    columns = ("second product", "cases", "expected", "Omega (95 %)", "")
    made = table(*columns, numbers=columns[1:4], whole=("",))
    for row in rows[:MOST_ROWS]:
        name = row["second"]["name"] if row["second"]["kind"] != "as reported" else row["second"]["id"]
        expected = "–" if row["expected"] is None else f"{row['expected']:.2f}"
        made.add_row(name, f"{row['cells']['n111']:,}", expected, interval(row["omega"]), MARKS[row["verdict"]])
    show_table(made)
    more = f" The first {MOST_ROWS} are shown; --json lists all." if len(rows) > MOST_ROWS else ""
    products = "1 product" if len(rows) == 1 else f"{len(rows):,} products"
    exceeding, below = (sum(row["verdict"] == verdict for row in rows) for verdict in tuple(VERDICTS)[:2])
    say(f"{products} named with both in at least {answer['min_cases']} cases.{more}")
    say(f"{exceeding} with more, {below} with fewer cases than both add up to; the rest are not told from that.")
