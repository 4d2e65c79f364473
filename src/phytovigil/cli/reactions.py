"""Reaction groups, their terms, and how terms as reported are read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil.cli.options import AsOfOption, JsonOption, SourceOption, StoreOption, complete_group, workspace

reactions_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Reaction groups and their terms.")


@reactions_app.command("list")
def reactions_list(json: JsonOption = False) -> None:
    """The reaction groups."""
    from phytovigil.cli.printing import emit, print_groups

    emit(workspace(None).reactions.list(), json, print_groups)


@reactions_app.command("show")
def reactions_show(
    group: Annotated[str, typer.Argument(help="Name of a group.", autocompletion=complete_group)],
    json: JsonOption = False,
) -> None:
    """The terms of a reaction group, and what it must not contain."""
    from phytovigil.cli.printing import emit, print_group

    emit(workspace(None).reactions.show(group), json, print_group)


@reactions_app.command("explain")
def reactions_explain(
    term: Annotated[str, typer.Argument(help="A reaction term, in any spelling.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """What a reaction term is read as, which groups hold it or leave it out, and how it was reported."""
    from phytovigil.cli.printing import emit

    emit(workspace(store).reactions.explain(term), json, print_term)


@reactions_app.command("unmapped")
def reactions_unmapped(
    source: SourceOption = None,
    as_of: AsOfOption = None,
    most: Annotated[int, typer.Option("--most", metavar="NUMBER", min=0, help="Terms to print.")] = 20,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Also write all of them: .csv, or .parquet.")
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Reported terms that no group holds, most cases first; what was not coded is counted apart."""
    from phytovigil.cli.printing import emit
    from phytovigil.cli.writing import writing

    opened = workspace(store)
    if out is None:
        answer = opened.reactions.unmapped(source=source, as_of=as_of, most=most)
    else:
        with writing("The table", out):
            answer = opened.reactions.unmapped(source=source, as_of=as_of, most=most, out=out)
    emit(answer, json, print_unmapped)


RULES = {
    "same": "the vocabulary has it so",
    "spelling": "another spelling",
    "renamed": "an older name",
    "not-coded": "no reaction",
    "unknown": "a term of its own",
}


def print_term(answer: dict[str, Any]) -> None:
    """A term, its groups and its variants."""
    from phytovigil.cli.printing import say

    read = answer["current"] or "no reaction"
    say(f"“{answer['asked']}” is read as {read} [{answer['rule']}: {RULES[answer['rule']]}]")
    say(f"  {answer['why']}")
    if answer["evidence"]:
        say(f"  Seen: {answer['evidence']}.")
    if answer["older_names"]:
        say(f"  Older names that count as it: {', '.join(answer['older_names'])}.")
    for group in answer["groups"]:
        held = f"in {group['group']}, {group['place']}" if not group["why"] else f"not in {group['group']}"
        say(f"  {'−' if group['why'] else '+'} {held}{': ' if group['why'] else ''}{group['why']}")
    if not answer["groups"]:
        say("  In no group.")
    if answer["near"] and not answer["groups"]:
        say(f"  Did you mean {' or '.join(answer['near'])}?")
    for entry in answer["reported"]:
        say(f"  {entry['source']} as of {entry['as_of']}: {entry['term']} in {entry['cases']:,} cases")
    say(f"Reaction vocabulary {answer['vocabulary']}.")


def print_unmapped(answer: dict[str, Any]) -> None:
    """Terms that no group holds, and how many there are of each kind."""
    from phytovigil.cli.printing import say, show_table, table

    made = table("term", "cases", "read as", "left out of", numbers=("cases",))
    for row in answer["terms"]:
        read = "as it is" if row["term"] == row["current"] else f"{row['current']} ({row['rule']})"
        made.add_row(row["term"], f"{row['cases']:,}", read, ", ".join(row["excluded_from"]))
    if answer["terms"]:
        show_table(made)
    totals = answer["totals"]
    say(f"{answer['source']} as of {answer['as_of']}, reaction vocabulary {answer['vocabulary']}")
    for kind, words in (
        ("grouped", "in a group"),
        ("ungrouped", "in no group"),
        ("not_coded", "no reaction"),
        ("all", "all"),
    ):
        say(f"  {words:<12} {totals[kind]['terms']:>7,} terms {totals[kind]['cases']:>12,} cases")
    say("A case counts once for each of its terms.")
    alone = totals["without_variant"]
    say(f"Of those in no group, {alone['terms']:,} terms have no other name that is known.")
    for entry in answer["not_coded"]:
        say(f"  no reaction: {entry['term']}, {entry['cases']:,} cases. {entry['why']}")
    if answer["file"]:
        say(f"All in no group → {answer['file']}")
