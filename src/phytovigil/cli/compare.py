"""`phytovigil compare`: products beside one another, and one product across sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil.cli.options import (
    NO_NAMES,
    AsOfOption,
    JsonOption,
    LevelOption,
    MeasureOption,
    MemoryOption,
    PairDecisionsOption,
    RuleOption,
    Scope,
    StoreOption,
    VocabularyOption,
    complete_group,
    complete_product,
    complete_source,
    gather_options,
    given,
    make_scope,
    make_selection,
)

Answer = dict[str, Any]


def place_of_all(
    pair_decisions: PairDecisionsOption = None,
    vocabulary: VocabularyOption = None,
    as_of: AsOfOption = None,
    memory: MemoryOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Where a command looks that may take several sources."""


def scope_of_all(**options: Any) -> Scope:
    """The scope of a command that names its sources itself."""
    return make_scope(source=None, **options)


def takes_scope_of_all(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a scope but `--source`, which is its own."""
    return gather_options(command, "scope", scope_of_all, make_selection, place_of_all)


@takes_scope_of_all
def compare(
    products: Annotated[
        list[str],
        typer.Argument(
            metavar="PRODUCT...", help="Products of the vocabulary, or as reported.", autocompletion=complete_product
        ),
    ],
    reactions: Annotated[
        list[str],
        typer.Option(
            "--reaction",
            metavar="NAME",
            help="Reaction group, GROUP/broad, or a TERM as reported; may be repeated.",
            autocompletion=complete_group,
        ),
    ],
    scope: Scope,
    sources: Annotated[
        list[str],
        typer.Option(
            "--source", metavar="NAME", help="Data set; may be repeated, to compare across them.",
            autocompletion=complete_source,
        ),
    ] = NO_NAMES,
    measures: MeasureOption = NO_NAMES,
    rule: RuleOption = "ic025",
    level: LevelOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Write CSV and a forest plot into this folder.")
    ] = None,
) -> None:  # fmt: skip
    """Products beside one another for the same reactions, and one product across sources."""
    from phytovigil.cli.writing import writing
    from phytovigil.study.comparison_files import write_comparison

    where: dict[str, Any] = {"sources": sources, "as_of": scope.as_of, "selection": scope.where["selection"]}
    asked: dict[str, Any] = {**given(measures=measures), "rule": rule, "level": level}
    answer = scope.workspace.compare(products, reactions, **where, **asked)
    files: list[Path] = []
    if out is not None:
        with writing("The comparison", out / "compare.csv"):
            files = write_comparison(answer, out)
    scope.show(answer, lambda shown: print_comparison(shown, files))


def print_comparison(answer: Answer, files: list[Path]) -> None:
    """One table for each source and reaction, then what the products share and how two of them compare."""
    from phytovigil.cli.printing import say

    for part in answer["sources"]:
        say(f"{part['source']} as of {part['as_of']}, distinct cases; {answer['selection']['text']}\n")
        for reaction in answer["reactions"]:
            say(reaction["title"])
            print_rows(answer, part, reaction["key"])
            print_between(part, reaction["key"])
            print_shared(answer, part, reaction["key"])
        for note in part["notes"]:
            say(f"{note}\n")
    for note in answer["notes"]:
        say(note)
    for file in files:
        say(f"Written: {file}")


def print_rows(answer: Answer, part: Answer, reaction: str) -> None:
    """The rows of one reaction."""
    from phytovigil.cli.printing import VERDICTS, interval, show_table, table

    names = answer["measures"][:1] if part["complete"] else []
    heads = tuple(f"{say_measure(name)} ({answer['levels'][name] * 100:g} %)" for name in names)
    columns = ("product", "cases", "a", "expected", *heads, "verdict")
    show = say_ratio if names == ["ror-midp"] else interval
    made = table(*columns, numbers=("cases", "a", "expected"), whole=heads)
    for row in part["rows"]:
        if row["reaction"] == reaction:
            estimates = [show(row["estimates"][name]) for name in names]
            expected = "–" if row["expected"] is None else f"{row['expected']:.2f}"
            counts = (f"{row['product_cases']:,}", f"{row['a']:,}", expected)
            made.add_row(row["product_name"], *counts, *estimates, VERDICTS[row["verdict"]])
    show_table(made)


def say_measure(name: str) -> str:
    """A measure at the head of a column."""
    return {"ror-midp": "ROR mid-P"}.get(name, name.upper())


def say_ratio(estimate: dict[str, float | None]) -> str:
    """A ratio with its interval; a small one with the digits that it needs, for the other way round it is a large one.

    >>> say_ratio({"point": 15.44, "low": 0.291, "high": 309.7}), say_ratio({"point": None, "low": 0.0, "high": None})
    ('15.4 (0.29 to 309)', '∞ (0 to ∞)')
    """
    from phytovigil.study.estimating import show

    if estimate["point"] is None and estimate["low"] is None:
        return "not estimable"
    point, low, high = ("∞" if estimate[key] is None else show(estimate[key]) for key in ("point", "low", "high"))
    return f"{point} ({low} to {high})"


def print_between(part: Answer, reaction: str) -> None:
    """The first product against each of the others."""
    from phytovigil.cli.printing import say

    for row in part["between"]:
        if row["reaction"] == reaction and not row["withheld"]:
            first, second = row["names"]
            counts = f"{row['a']:,} of {row['a'] + row['b']:,} cases against {row['c']:,} of {row['c'] + row['d']:,}"
            say(f"{first} against {second}: ROR {say_ratio(row['estimates']['ror-midp'])}; {counts}")
        elif row["reaction"] == reaction and part["complete"]:
            say(f"{' against '.join(row['names'])}: not compared, because {row['withheld']}")


def print_shared(answer: Answer, part: Answer, reaction: str) -> None:
    """Cases that name two of the products, where there are any."""
    from phytovigil.cli.printing import say

    names = {product["id"]: product["name"] for product in answer["products"]}
    shared = [row for row in part["shared"] if row["reaction"] == reaction and row["cases"]]
    listed = [
        f"{' and '.join(names[key] for key in row['products'])} {row['cases']:,} ({row['cases_with_reaction']:,})"
        for row in shared
    ]
    if listed:
        say(f"Cases that name both (of these with the reaction): {'; '.join(listed)}")
    say("")
