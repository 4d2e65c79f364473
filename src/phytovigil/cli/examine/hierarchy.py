"""`phytovigil examine hierarchy`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from phytovigil.cli.examine.group import examine_app
from phytovigil.cli.options import (
    ProductOption,
    Scope,
    takes_scope,
)

ROOM_FOR_PATHS = 110
"""Columns of a terminal from which the way up of each node and the IC are shown too."""
NO_STRATA: list[str] = []


@examine_app.command("hierarchy")
@takes_scope
def examine_hierarchy(
    product: ProductOption,
    scope: Scope,
    tree: Annotated[
        str | None,
        typer.Option("--tree", metavar="NAME", help="groups, meddra or smq [default: meddra if at hand, else groups]."),
    ] = None,
    meddra: Annotated[
        str | None,
        typer.Option("--meddra", metavar="FOLDER", help="Your MedDRA in ASCII [default: $PHYTOVIGIL_MEDDRA]."),
    ] = None,
    all_ways: Annotated[
        bool, typer.Option("--all-ways", help="All ways up of a MedDRA term, not only the primary one.")
    ] = False,
    null: Annotated[
        str, typer.Option("--null", metavar="NAME", help="What chance draws: cases, or poisson (single terms).")
    ] = "cases",
    stratum: Annotated[
        list[str],
        typer.Option(
            "--stratum", metavar="NAME", help="Draw within sex, age, year, country, reporter or serious; repeatable."
        ),
    ] = NO_STRATA,
    replicates: Annotated[int, typer.Option("--replicates", metavar="NUMBER", help="Random draws.")] = 999,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", min=0, help="The same seed, the same draws.")] = 1,
    min_cases: Annotated[int, typer.Option("--min-cases", metavar="NUMBER", min=1, help="Fewest cases of a node.")] = 2,
) -> None:
    """Which node of a hierarchy of reactions stands out with a product, adjusted for looking at all of them."""
    answer = scope.workspace.examine.hierarchy(
        product,
        **scope.where,
        tree=tree,
        meddra=meddra,
        ways="all" if all_ways else "primary",
        null=null,
        strata=tuple(stratum),
        replicates=replicates,
        seed=seed,
        min_cases=min_cases,
    )
    scope.show(answer, print_hierarchy)


def print_hierarchy(answer: dict[str, Any]) -> None:
    """The cuts as a table, with what they mean."""
    from phytovigil.cli.printing import say

    tree = answer["tree"]
    where = f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}"
    say(f"{answer['product']['name']}, {where}")
    held = f"{tree['nodes']:,} nodes over {tree['terms']:,} reported terms"
    say(f"Tree: {tree['title']}; {held}. {answer['with_product']:,} of {answer['n']:,} cases name it.\n")
    if answer["cuts"]:
        print_cuts(answer)
    for sentence in answer["text"]:
        say(sentence)


def print_cuts(answer: dict[str, Any]) -> None:
    """One line per cut, strongest first."""
    from phytovigil.cli.printing import interval, show_table, table, terminal_width

    wide = terminal_width() >= ROOM_FOR_PATHS
    poisson = answer["null"]["kind"] == "poisson"
    numbers = ("#", "cases", *(["mentions"] if poisson else []), "expected", "ratio", "LLR", "p", "shared")
    extra = ("IC (95 %)",) if wide else ()
    made = table("#", "node", *numbers[1:-1], *extra, "shared", numbers=numbers, whole=extra)
    for cut in answer["cuts"]:
        counts = (f"{cut['a']:,}", *([f"{cut['observed']:,}"] if poisson else []))
        shared = f"{cut['shared']:,} with #{cut['shares_with']}" if cut["shared"] else ""
        made.add_row(
            f"{cut['rank']}",
            name_cut(cut, answer["tree"]["levels"][-1], wide),
            *counts,
            show_expected(cut["expected"]),
            f"{cut['ratio']:.1f}",
            f"{cut['llr']:.1f}",
            f"{cut['p_value']:.3f}{'' if cut['significant'] else ' n.s.'}",
            *([interval(cut["ic"])] if wide else []),
            shared,
        )
    show_table(made)


def name_cut(cut: dict[str, Any], lowest: str, wide: bool) -> str:
    """A node with its level, unless it is a single term; where there is room, with its way up.

    >>> cut = {"node": "Itch", "level": "narrow group", "above": []}
    >>> name_cut(cut, "term", wide=False), name_cut({**cut, "level": "term", "above": ["Skin"]}, "term", wide=True)
    ('Itch (narrow group)', 'Skin › Itch')
    """
    name = " › ".join((*cut["above"], cut["node"])) if wide else cut["node"]
    return name if cut["level"] == lowest else f"{name} ({cut['level']})"


def show_expected(value: float) -> str:
    """Expected cases with digits enough to divide by.

    >>> show_expected(6.673), show_expected(0.0046)
    ('6.67', '0.0046')
    """
    return f"{value:,.2f}" if value >= 0.1 else f"{value:.2g}"
