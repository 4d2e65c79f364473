"""What the terminal shows: tables that fit it, progress on standard error, JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

Answer = dict[str, Any]
VERDICTS = {
    "disproportionate": "disproportionate",
    "too-few-to-say": "too few to say",
    "not-disproportionate": "not disproportionate",
    "no-measure": "no measure",
}


def emit(answer: Answer, as_json: bool, show: Callable[[Answer], None]) -> None:
    """Print an answer as JSON or as text."""
    if as_json:
        sys.stdout.write(write_json(answer))
    else:
        show(answer)


def write_json(answer: Answer) -> str:
    """An answer as JSON text; numbers that JSON cannot carry are already null."""
    return json.dumps(answer, indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"


def say(text: str) -> None:
    """Print text, wrapped to the terminal."""
    from rich.console import Console

    Console(highlight=False, soft_wrap=not sys.stdout.isatty()).print(text, markup=False)


def table(*columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """A plain table; the named columns are aligned as numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return made


def show_table(made: Table) -> None:
    """Print a table; a pipe gets all of it, however wide."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 160
    Console(highlight=False, width=width).print(made, markup=False)


def print_ingest(ledger: Answer) -> None:
    """The ledger of an ingest."""
    for file in ledger["files"]:
        if not file["changed"]:
            say(f"{file['file']}: already in the store as {file['release']}; nothing changed.")
            continue
        say(f"{file['file']} → {file['release']} (as of {file['as_of']})")
        balance = (
            f"{file['rows_read']:,} rows read = {file['rows_kept']:,} kept + {file['rows_quarantined']:,} quarantined"
        )
        say(f"  {balance}; {file['reports']:,} reports")
        for reason in file["reasons"]:
            kept = "row put aside" if reason["scope"] == "row" else "value put aside, row kept"
            say(f"  {reason['count']:,} × {reason['reason']} ({kept}): {reason['meaning']}")
    for item in ledger["skipped"]:
        say(f"{item['file']}: passed over. {item['reason']}")


def print_sources(answer: Answer) -> None:
    """Data sets and formats."""
    for source in answer["sources"]:
        kind = "complete: 2×2 tables and measures" if source["complete"] else "numerators only: counts, no measure"
        say(f"{source['source']}: {source['title']} ({source['publisher']}; {kind})")
        for reader in source["formats"]:
            say(f"  {reader['name']}: {reader['title']}")


def print_releases(answer: Answer) -> None:
    """Releases of the store."""
    if not answer["releases"]:
        say(f"The store {answer['store']} is empty. Take files in with `phytovigil ingest PATH`.")
        return
    made = table(
        "release",
        "as of",
        "reports",
        "rows read",
        "kept",
        "quarantined",
        "file",
        numbers=("reports", "rows read", "kept", "quarantined"),
    )
    for release in answer["releases"]:
        for file in release["files"]:
            counted = (f"{file[key]:,}" for key in ("rows_read", "rows_kept", "rows_quarantined"))
            made.add_row(release["id"], release["as_of"], f"{release['reports']:,}", *counted, file["file"])
    show_table(made)
    if "damaged" in answer and not answer["damaged"]:
        say("Every file of the store has the hash that was recorded.")


def print_products(answer: Answer) -> None:
    """Products found."""
    made = table("id", "name", "kind", "taxon", "also called")
    for product in answer["products"]:
        others = [name["text"] for name in product["names"] if name["text"].lower() != product["name"].lower()]
        made.add_row(product["id"], product["name"], product["kind"], product["taxon"], ", ".join(others[:6]))
    show_table(made)


def print_explanation(answer: Answer) -> None:
    """Mappings and refusals of a product string."""
    if not answer["matches"]:
        say(f"“{answer['asked']}” holds no name that the vocabulary {answer['vocabulary']} knows.")
        return
    say(
        f"“{answer['asked']}” is read as: {', '.join(answer['nodes']) or 'nothing'} (vocabulary {answer['vocabulary']})"
    )
    for match in answer["matches"]:
        mark = "+" if match["node"] else "−"
        say(f"  {mark} {match['matched']} [{match['rule']}] {match['why']}")


def print_groups(answer: Answer) -> None:
    """Reaction groups."""
    made = table("group", "title", "narrow", "broad", numbers=("narrow", "broad"))
    for group in answer["groups"]:
        made.add_row(group["name"], group["title"], str(group["narrow"]), str(group["broad"]))
    show_table(made)
    say(f"Numbers of terms, reaction vocabulary {answer['vocabulary']}. `phytovigil reactions show GROUP` lists them.")


def print_group(answer: Answer) -> None:
    """One reaction group."""
    group = answer["group"]
    wider = [term for term in group["broad"] if term not in group["narrow"]]
    say(f"{group['name']}: {group['title']} (reaction vocabulary {answer['vocabulary']})\n{group['note']}\n")
    say(f"Narrow: {', '.join(group['narrow'])}\n\nBroad, also: {', '.join(wider) or 'nothing'}\n\nNot in it:")
    for item in group["excluded"]:
        say(f"  {item['term']}: {item['why']}")


def interval(estimate: dict[str, float | None], digits: int = 2) -> str:
    """A point with its interval.

    >>> interval({"point": 10.2, "low": 1.5, "high": 70.1})
    '10.20 (1.50 to 70.10)'
    """
    point, low, high = (estimate[key] for key in ("point", "low", "high"))
    if point is None and high is None:
        return "not estimable"

    def text(value: float | None) -> str:
        return "∞" if value is None else f"{value:,.{digits}f}".replace("-", "−")

    return f"{text(point)} ({text(low)} to {text(high)})"


def print_count(answer: Answer) -> None:
    """A 2×2 table with its measures."""
    reaction = answer["reaction"]
    kind = (
        f"group of {len(reaction['terms'])} terms, {reaction['scope']}" if reaction["scope"] else "one term as reported"
    )
    say(f"{answer['product']['name']} × {reaction['title']} ({kind})")
    say(f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}\n")
    print_two_by_two(answer)
    if answer["estimates"]:
        say(f"expected {answer['expected']:.3g}; χ² with Yates' correction {answer['chi2_yates'] or 0:.3g}")
        for name, estimate in answer["estimates"].items():
            say(f"{name.upper():<9}{interval(estimate)}")
    say(f"\n{VERDICTS[answer['verdict']].capitalize()}. {answer['why']}")
    for case in answer.get("cases", []):
        named = ", ".join(product["name"] for product in case["products"])
        say(f"  {case['case_id']} ({case['received']}): {named}; {case['file']} line {case['line']}")


def print_two_by_two(answer: Answer) -> None:
    """The four cells, or the two that there are."""
    if not answer["complete"]:
        say(f"a = {answer['a']:,} cases with both, b = {answer['b']:,} with the product only; no complement")
        return
    made = table("", "with reaction", "without", numbers=("with reaction", "without"))
    made.add_row("with product", f"a = {answer['a']:,}", f"b = {answer['b']:,}")
    made.add_row("without product", f"c = {answer['c']:,}", f"d = {answer['d']:,}")
    show_table(made)


def print_signals(answer: Answer) -> None:
    """Reactions of a product."""
    where = f"{answer['source']} as of {answer['as_of']}"
    say(f"{answer['product']['name']}, {where}; {answer['selection']['text']}; distinct cases")
    made = table("reaction", "a", "expected", "ROR mid-P (95 %)", "IC (95 %)", "", numbers=("a", "expected"))
    for row in answer["rows"]:
        found = row["estimates"]
        mark = "signal" if row["signal"] else ""
        made.add_row(
            row["reaction"],
            f"{row['a']:,}",
            f"{row['expected']:.2f}",
            interval(found["ror-midp"], 1),
            interval(found["ic"]),
            mark,
        )
    show_table(made)
    groups = sum(row["kind"] == "group" for row in answer["rows"])
    listed = f"{len(answer['rows']):,} reactions with at least {answer['min_cases']} cases"
    say(f"{listed} ({groups} of them groups, in lower case). Signal: {answer['rule']}.")
    say("A signal is a reason to look, not a cause.")


def print_findings(findings: Answer, page: Path) -> None:
    """The answer of a study and where its dossier is."""
    say(findings["study"]["question"] + "\n")
    for sentence in findings["answer"]:
        say(sentence)
    made = table("source", "reaction", "a", "b", "expected", "IC (95 %)", "verdict", numbers=("a", "b", "expected"))
    for source in findings["sources"]:
        for pair in source["pairs"]:
            if pair["part"] == "main":
                ic = interval(pair["estimates"]["ic"]) if "ic" in pair["estimates"] else "–"
                expected = "–" if pair["expected"] is None else f"{pair['expected']:.2f}"
                made.add_row(
                    source["source"],
                    pair["reaction_title"],
                    f"{pair['a']:,}",
                    f"{pair['b']:,}",
                    expected,
                    ic,
                    VERDICTS[pair["verdict"]],
                )
    say("")
    show_table(made)
    say(f"{findings['basis']['text']}\nDossier: {page}")


def print_snapshot(answer: Answer) -> None:
    """What a snapshot holds."""
    say(f"{answer['rows']:,} counts of {', '.join(answer['sources'])} → {answer['folder']}")


def print_fetched(answer: Answer) -> None:
    """What was downloaded."""
    for notice in answer["notices"]:
        say(notice)
    for file in answer["files"]:
        say(f"{file['file']}: {file['bytes']:,} bytes")
    say(f"Next: phytovigil ingest {answer['folder']}")


@contextmanager
def reading_progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress bar over bytes on standard error; none where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(Path(name).name, total=total)
            bar.update(tasks[name], completed=done)

        yield show


fetching_progress = reading_progress
