"""`phytovigil screen`: all pairs of a source, or of a table of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil.cli.options import (
    NO_NAMES,
    AdjustOption,
    LevelOption,
    MeasureOption,
    RuleOption,
    Scope,
    StratumOption,
    TestOption,
    given,
    takes_scope,
)


@takes_scope
def screen(
    scope: Scope,
    pairs: Annotated[
        Path | None,
        typer.Option("--pairs", metavar="FILE", help="Screen this CSV or Parquet table of case, product, reaction."),
    ] = None,
    reported: Annotated[
        bool, typer.Option("--reported", help="Products are names as reported, not entries of the vocabulary.")
    ] = False,
    measures: MeasureOption = NO_NAMES,
    tests: TestOption = NO_NAMES,
    rule: RuleOption = "ic025",
    level: LevelOption = None,
    adjust: AdjustOption = "",
    strata: StratumOption = NO_NAMES,
    min_cases: Annotated[
        int, typer.Option("--min-cases", metavar="NUMBER", min=1, help="Fewest cases of a pair to write.")
    ] = 1,
    most: Annotated[int, typer.Option("--most", metavar="NUMBER", min=0, help="Pairs to print.")] = 20,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write all pairs to this .parquet or .csv file.")
    ] = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", metavar="FOLDER", help="Draw a volcano plot and a heat map there.")
    ] = None,
) -> None:
    """All pairs of product and reaction with chosen measures, to Parquet or CSV."""
    from phytovigil.cli.watching import watching_pairs
    from phytovigil.cli.writing import writing
    from phytovigil.study import ScreenPlan, draw_screen

    names = given(measures=measures, tests=tests)
    plan = ScreenPlan(**names, rule=rule, level=level, adjust=adjust, min_cases=min_cases)
    wanted: dict[str, Any] = {"plan": plan, "most": most, "out": out, "figures": figures is not None}
    wanted["format"] = format_of(out)
    opened = scope.workspace
    with watching_pairs(scope.json) as progress, writing("The table", out or Path()):
        if pairs is not None:
            answer = opened.screen_pairs(pairs, progress=progress, **wanted)
        else:
            answer = opened.screen(reported=reported, strata=strata, progress=progress, **scope.where, **wanted)
    if figures is not None:
        with writing("The figures", figures):
            draw_screen(answer, figures)
    scope.show(answer, print_screen)


def format_of(out: Path | None) -> str:
    """The format that a file's name asks for.

    >>> format_of(Path("all.csv")), format_of(Path("all.parquet"))
    ('csv', 'parquet')
    """
    from phytovigil.errors import InvalidRequest

    ending = out.suffix.lower().removeprefix(".") if out else "parquet"
    if ending not in ("csv", "parquet"):
        raise InvalidRequest(f"{out} is neither .csv nor .parquet.", "Name the table so that it says what it is.")
    return ending


def print_screen(answer: dict[str, Any]) -> None:
    """The pairs that stand out, and what was screened."""
    from phytovigil.cli.printing import interval, say, show_table, table, terminal_width

    where = f"{answer['source']} as of {answer['as_of']}" if answer["as_of"] else answer["releases"][0]["id"]
    say(f"{where}; {answer['selection']['text']}; distinct cases")
    room = 1 + max(0, (terminal_width() - 80) // 22)
    measures = [answer["rule_measure"], *(name for name in answer["measures"] if name != answer["rule_measure"])][:room]
    titles = [f"{name} ({answer['levels'][name]:.0%})" for name in measures]
    made = table("product", "reaction", "a", "expected", *titles, "", numbers=("a", "expected"), whole=tuple(titles))
    for row in answer["rows"]:
        shown = [interval(row["estimates"][name], 2) for name in measures]
        mark = "signal" if row["signal"] else ""
        made.add_row(row["product"], row["reaction"], f"{row['a']:,}", f"{row['expected']:.2f}", *shown, mark)
    show_table(made)
    counted = f"{answer['pairs']:,} pairs with at least one case were counted"
    listed = f"{answer['listed']:,} with at least {answer['min_cases']} are in the table"
    say(f"{counted}; {listed}: {answer['products']:,} products, {answer['reactions']:,} reactions.")
    say(f"Signals: {answer['signals']:,}, by this rule: {answer['rule']['title']}.")
    for note in answer["notes"]:
        say(note)
    for file in (*([answer["file"]] if answer["file"] else []), *answer["figures"]):
        say(f"Written: {file}")
    say("A signal is a reason to look, not a cause; of so many pairs, some pass any rule by chance.")
