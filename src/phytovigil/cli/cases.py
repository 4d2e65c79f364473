"""`phytovigil cases ...`: suspected duplicates searched, listed, compared, and written for a person to decide."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil.cli.options import (
    Place,
    complete_group,
    complete_product,
    takes_place,
)

cases_app = typer.Typer(help="Cases: suspected duplicates, and what single cases tell.", no_args_is_help=True)


@cases_app.command("link")
@takes_place
def link(place: Place) -> None:
    """Search for cases suspected to be one.

    The first time takes a while, later none: the result is kept in the store.
    """
    with watching_search(place.json) as progress:
        answer = place.workspace.cases.link(**place.origin, progress=progress)
    place.show(answer, print_link)


@cases_app.command("duplicates")
@takes_place
def duplicates(
    place: Place,
    product: Annotated[
        str | None,
        typer.Option(
            "--product",
            metavar="NAME",
            help="Pairs of which one case names it, in any role.",
            autocompletion=complete_product,
        ),
    ] = None,
    reaction: Annotated[
        str | None,
        typer.Option(
            "--reaction", metavar="NAME", help="Pairs of which one case names it.", autocompletion=complete_group
        ),
    ] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="NUMBER", help="Pairs of this case.")] = None,
    least: Annotated[float, typer.Option("--least", metavar="NUMBER", help="Least probability, 0 to 1.")] = 0.5,
    most: Annotated[int, typer.Option("--most", metavar="NUMBER", min=0, help="Pairs to print.")] = 10,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write all pairs to this .csv or .json file.")
    ] = None,
) -> None:
    """List pairs of cases suspected to be one.

    Each with the fields that agree and differ, and the cluster that it is in.
    """
    from phytovigil.cli.printing import say

    ending = ending_of(out)
    with watching_search(place.json) as progress:
        answer = place.workspace.cases.duplicates(
            product=product, reaction=reaction, case=case, least=least, most=None if out else most,
            **place.origin, progress=progress,
        )  # fmt: skip
    if out is not None:
        write_pairs(answer, out, ending)
        answer["pairs"] = answer["pairs"][:most]
    place.show(answer, print_duplicates)
    if out is not None and not place.json:
        say(f"Written: {out}")


@cases_app.command("compare")
@takes_place
def compare(
    place: Place,
    case: Annotated[str, typer.Argument(help="Number of a case.")],
    other_case: Annotated[str, typer.Argument(help="Number of another.")],
) -> None:
    """Show two cases side by side, with weights."""
    answer = place.workspace.cases.compare(case, other_case, **place.origin)
    place.show(answer, print_compare)


@cases_app.command("review")
@takes_place
def review(
    place: Place,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="CSV file to write.")],
    least: Annotated[
        float, typer.Option("--least", metavar="NUMBER", help="Least probability of the uncertain pairs.")
    ] = 0.5,
    below: Annotated[
        float, typer.Option("--below", metavar="NUMBER", help="Pairs from this probability on are sure.")
    ] = 0.95,
    sample: Annotated[int, typer.Option("--sample", metavar="NUMBER", min=0, help="Sure pairs to check.")] = 20,
) -> None:
    """Write uncertain pairs for a person to decide.

    The file, filled in, goes back with --pair-decisions.
    """
    from phytovigil.cli.writing import writing
    from phytovigil.study.pair_review import ReviewPlan

    plan = ReviewPlan(least, below, sample)
    with watching_search(place.json) as progress, writing("The review", out):
        answer = place.workspace.cases.review(out, plan=plan, **place.origin, progress=progress)
    place.show(answer, print_review)


@contextmanager
def watching_search(quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar over cases while duplicates are searched, on a terminal and unless it shall be quiet."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(18), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("opening", total=None)
        yield lambda stage, done, total: bars.update(task, description=stage, completed=done, total=total or None)


def ending_of(out: Path | None) -> str:
    """The ending of a file of pairs, if it is one that can be written.

    >>> ending_of(Path("pairs.csv"))
    'csv'
    """
    from phytovigil.errors import InvalidRequest

    ending = out.suffix.lower().removeprefix(".") if out else "csv"
    if ending not in ("csv", "json"):
        raise InvalidRequest(f"{out} is neither .csv nor .json.", "Name the file so that it says what it is.")
    return ending


def write_pairs(answer: dict[str, Any], out: Path, ending: str) -> None:
    """Write all pairs of an answer: as JSON, or as CSV with a row for each pair and columns for each field."""
    import csv

    from phytovigil.cli.printing import write_json
    from phytovigil.cli.writing import writing

    plain = ("case", "other_case", "probability", "weight", "cluster", "kept", "why")
    with writing("The pairs", out):
        if ending == "json":
            out.write_text(write_json(answer), encoding="utf-8")
            return
        named = sorted({field["field"] for pair in answer["pairs"] for field in pair["fields"]})
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*plain, *(f"{name}{part}" for name in named for part in ("", "_weight"))])
            for pair in answer["pairs"]:
                fields = {field["field"]: field for field in pair["fields"]}
                told = ((fields[name]["agreement"], fields[name]["weight"]) for name in named)
                writer.writerow([*(pair[name] for name in plain), *(value for both in told for value in both)])


def print_link(answer: dict[str, Any]) -> None:
    """What was compared, what is suspected, and what folding would leave out."""
    from phytovigil.cli.printing import say, show_table, table

    compared = f"{answer['reports']:,} cases, {answer['pairs_compared']:,} pairs compared"
    say(f"{answer['source']} as of {answer['as_of']}: {compared}")
    if answer["pairs_lost"]:
        say(f"{answer['pairs_lost']:,} pairs were not compared: they share only what very many cases share.")
    made = table("probability", "pairs", numbers=("pairs",))
    for band in answer["bands"]:
        made.add_row(f"{band['from']:.0%} to {band['below']:.0%}", f"{band['pairs']:,}")
    show_table(made)
    say(
        f"{answer['clusters']:,} clusters hold {answer['clustered']:,} cases (the largest {answer['largest']:,}), "
        f"joined from {answer['threshold']:.0%} on."
    )
    say(f"Folding would leave out {answer['folded']:,} cases; nothing is left out unless --fold-duplicates is given.")
    print_decisions(answer["decisions"])


def print_decisions(decisions: dict[str, Any]) -> None:
    """What a person decided, where anything was."""
    from phytovigil.cli.printing import say

    if not decisions["file"]:
        return
    decided = f"{decisions['same']} pairs the same, {decisions['different']} different"
    say(f"Decided in {decisions['file']}: {decided}; {decisions['undecided']} rows left open.")
    if decisions["not_held"]:
        say(f"Not held here: case {', '.join(decisions['not_held'])}.")


def print_duplicates(answer: dict[str, Any]) -> None:
    """The pairs, each with what agrees, what differs, and its cluster."""
    from phytovigil.cli.printing import say

    about = [answer["product"]["name"]] if answer["product"] else []
    about += [answer["reaction"]["title"]] if answer["reaction"] else []
    about += [f"case {answer['case']}"] if answer["case"] else []
    said = f" of {' and '.join(about)}" if about else ""
    pairs = "pair" if answer["found"] == 1 else "pairs"
    found = f"{answer['found']:,} suspected {pairs}{said}, probability {answer['least']:g} and more"
    say(f"{answer['source']} as of {answer['as_of']}: {found}")
    for pair in answer["pairs"]:
        sure = f"probability {pair['probability']:.4f}, weight {pair['weight']:.1f} bits"
        say(f"\n{pair['case']} and {pair['other_case']}: {sure}")
        print_fields(pair)
        say(f"  {pair['why']}{cluster_text(pair)}")
    if len(answer["pairs"]) < answer["found"]:
        say(f"\n{answer['found'] - len(answer['pairs']):,} more; --most or --out shows them.")


SHOWN = 0.05
"""Bits from which a field's weight is printed."""


def print_fields(pair: dict[str, Any]) -> None:
    """Which fields of a pair agree and which differ, with their weights."""
    from phytovigil.cli.printing import say

    weighed = [field for field in pair["fields"] if abs(field["weight"] or 0) >= SHOWN]
    for title, chosen in (
        ("for", [field for field in weighed if field["weight"] > 0]),
        ("against", [field for field in weighed if field["weight"] < 0]),
    ):
        if chosen:
            say(f"  {title:8}{', '.join(field_text(field) for field in chosen)}")


def field_text(field: dict[str, Any]) -> str:
    """A field with its weight.

    >>> field_text({"field": "event_date", "agreement": "a day apart", "weight": -1.25})
    'event date a day apart −1.2'
    """
    weight = f"{field['weight']:+.1f}".replace("-", "−")
    return " ".join(part for part in (field["field"].replace("_", " "), field["agreement"], weight) if part)


def cluster_text(pair: dict[str, Any]) -> str:
    """The cases of a pair's cluster, and the one that is kept."""
    if pair["cluster"] is None:
        return ""
    others = [member["case"] for member in pair["members"] if not member["kept"]]
    shown = ", ".join(others[:6]) + (f" and {len(others) - 6} more" if len(others) > 6 else "")
    kept = next(member["case"] for member in pair["members"] if member["kept"])
    return f"; folding keeps {kept}, leaves out {shown}"


def print_compare(answer: dict[str, Any]) -> None:
    """Both cases beside each other."""
    from phytovigil.cli.printing import say, show_table, table

    pair = answer["pair"]
    weights = {field["field"]: field for field in pair["fields"]}
    say(f"{answer['source']} as of {answer['as_of']}")
    made = table("", pair["case"], pair["other_case"], "weight", numbers=("weight",))
    for fact in answer["facts"]:
        name = FIELD_OF.get(fact["field"], fact["field"])
        weight = weights.pop(name, None)
        bits = f"{weight['weight']:+.1f}".replace("-", "−") if weight and weight["weight"] else ""
        if fact["left"] is None and fact["right"] is None:
            continue
        made.add_row(fact["field"].replace("_", " "), cell(fact["left"]), cell(fact["right"]), bits)
    show_table(made)
    rest = [field for field in weights.values() if field["weight"]]
    if rest:
        say(f"Besides: {', '.join(field_text(field) for field in rest)}")
    say(f"Weight {pair['weight']:.1f} bits, probability {pair['probability']:.4f}: {pair['why']}.")


FIELD_OF = {"age_years": "age", "weight_kg": "weight", "products": "drugs", "control_number": "control"}
"""Fields of the comparison whose weight has another name than the column of the report."""


def cell(value: Any) -> str:
    """A value of a report, as the table shows it.

    >>> cell(["NAUSEA", "RASH"]), cell(None), cell(44.0)
    ('NAUSEA, RASH', '', '44')
    """
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def print_review(answer: dict[str, Any]) -> None:
    """What was written, and what to do with it."""
    from phytovigil.cli.printing import say

    say(f"{answer['file']}: {answer['pairs']:,} pairs of {answer['source']} as of {answer['as_of']}")
    for kind, pairs in answer["kinds"].items():
        say(f"  {pairs:,} × {kind}")
    say("Fill in decision (same or different), by and date; a row left empty decides nothing.")
    say(f"Then give it back: phytovigil cases link --pair-decisions {answer['file']}")
