"""What the terminal shows: tables that fit it, and JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.table import Table

Answer = dict[str, Any]
PIPE_WIDTH = 160
LEAST_WIDTH = 80
ROOM_FOR_ROR = 110
"""Columns of a terminal from which the table of signals shows a second measure."""

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


def table(*columns: str, numbers: tuple[str, ...] = (), whole: tuple[str, ...] = ()) -> Table:
    """A plain table; columns of `numbers` are aligned as such, those and the ones of `whole` never wrap."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for column in columns:
        justify: Literal["right", "left"] = "right" if column in numbers else "left"
        made.add_column(column, justify=justify, overflow="fold", no_wrap=column in numbers or column in whole)
    return made


def terminal_width() -> int:
    """Columns to lay a table out in: the terminal's, but never so few that a number is cut; a pipe gets all."""
    from rich.console import Console

    return max(Console().width, LEAST_WIDTH) if sys.stdout.isatty() else PIPE_WIDTH


def show_table(made: Table) -> None:
    """Print a table."""
    from rich.console import Console

    Console(highlight=False, width=terminal_width()).print(made, markup=False)


def print_sources(answer: Answer) -> None:
    """Data sets and formats."""
    for source in answer["sources"]:
        kind = "complete: 2×2 tables and measures" if source["complete"] else "numerators only: counts, no measure"
        say(f"{source['source']}: {source['title']} ({source['publisher']}; {kind})")
        for reader in source["formats"]:
            say(f"  {reader['name']}: {reader['title']}")


def print_quarantine(answer: Answer) -> None:
    """What was put aside or repaired, and why."""
    for entry in answer["entries"]:
        kind = {"row": "row", "repair": "repaired"}.get(entry["scope"], entry["field"])
        say(f"{entry['file']} line {entry['line']}: {entry['reason']}: {kind} “{entry['raw']}”")
    repaired = sum(reason["count"] for reason in answer["reasons"] if reason["scope"] == "repair")
    more = f" {repaired:,} repairs; the rows were kept." if repaired else ""
    put_aside = f"{answer['rows']:,} rows and {answer['values']:,} single values put aside"
    say(f"{put_aside}; the rows of the values were kept.{more}")
    for reason in answer["reasons"]:
        say(f"  {reason['count']:,} × {reason['reason']}: {reason['meaning']}")


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
    >>> interval({"point": None, "low": 4.5, "high": None})
    '∞ (4.50 to ∞)'
    """
    point, low, high = (estimate[key] for key in ("point", "low", "high"))
    if point is None and low is None:
        return "not estimable"

    def text(value: float | None) -> str:
        return "∞" if value is None else f"{value:,.{digits}f}".replace("-", "−")

    return f"{text(point)} ({text(low)} to {text(high)})"


def print_count(answer: Answer) -> None:
    """A 2×2 table with its measures."""
    reaction = answer["reaction"]
    kind = f"group of {len(reaction['terms'])} terms, {reaction['scope']}" if reaction["scope"] else say_terms(reaction)
    say(f"{answer['product']['name']} × {reaction['title']} ({kind})")
    say(f"{answer['source']} as of {answer['as_of']}, distinct cases; {answer['selection']['text']}\n")
    print_two_by_two(answer)
    if answer["estimates"]:
        tests = dict(answer["tests"])
        yates = f", p = {p_value(tests.pop('chi2-yates')['p'])}" if "chi2-yates" in tests else ""
        say(f"expected {answer['expected']:.3g}; χ² with Yates' correction {answer['chi2_yates'] or 0:.3g}{yates}")
        for name, estimate in answer["estimates"].items():
            say(f"{name.upper():<9}{interval(estimate)}{say_level(answer['levels'][name])}")
        for name, tested in tests.items():
            say(f"{name:<13} p = {p_value(tested['p'])}")
        print_beside(answer)
    say(f"\n{VERDICTS[answer['verdict']].capitalize()}. {answer['why']}")
    print_likely(answer)
    for case in answer.get("cases", []):
        named = ", ".join(product["name"] for product in case["products"])
        say(f"  {case['case_id']} ({case['received']}): {named}; {case['file']} line {case['line']}")


def print_likely(answer: Answer) -> None:
    """The cases that likely names would add, where there are any."""
    likely = answer["with_likely_names"]
    if likely and likely["product_cases"] > answer["a"] + answer["b"]:
        more, both = likely["product_cases"] - answer["a"] - answer["b"], likely["a"] - answer["a"]
        cases = "1 further case is" if more == 1 else f"{more:,} further cases are"
        named = answer["product"]["name"]
        say(f"{cases} likely of {named}, by a misspelt name, {both:,} with the reaction: --likely-names.")


def say_terms(reaction: Answer) -> str:
    """How a single term was reported."""
    named = reaction["reported"]
    return f"reported as {' and '.join(named)}" if len(named) > 1 else "one term as reported"


def say_level(level: float) -> str:
    """The level of an interval, where it is not the usual one."""
    return "" if level == 0.95 else f"  {level:.0%} interval"


def p_value(value: float | None) -> str:
    """A p-value with the digits that a reader can use.

    >>> p_value(0.0312), p_value(1.2e-9), p_value(None)
    ('0.031', '1.2e-09', 'none: a margin is empty')
    """
    return "none: a margin is empty" if value is None else f"{value:.2g}"


def print_beside(answer: Answer) -> None:
    """What must stand beside the estimates: strata, fitted priors, and why something is withheld."""
    if answer["strata"]:
        say(f"Expected cases are summed over strata of {', '.join(answer['strata'])}; PRR and ROR are not adjusted.")
    for name, values in answer["learned"].items():
        shown = ", ".join(f"{key} {number:.4g}" for key, number in values.items() if isinstance(number, float))
        say(f"{name} learned from all pairs: {shown}.")
    for note in answer["notes"]:
        say(note)


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
    measures = choose_columns(answer)
    made = table("reaction", "a", "expected", *measures, "", numbers=("a", "expected"), whole=tuple(measures))
    for row in answer["rows"]:
        estimated = [interval(row["estimates"][name], digits) for name, digits in measures.values()]
        mark = "signal" if row["signal"] else ""
        made.add_row(row["reaction"], f"{row['a']:,}", f"{row['expected']:.2f}", *estimated, mark)
    show_table(made)
    if len(measures) < len(answer["measures"]):
        say("A wider terminal shows more measures; csv and json hold all of them.")
    print_beside(answer)
    groups = sum(row["kind"] == "group" for row in answer["rows"])
    listed = f"{len(answer['rows']):,} reactions with at least {answer['min_cases']} cases"
    say(f"{listed} ({groups} of them groups, in lower case). Signal: {answer['rule']}.")
    say("A signal is a reason to look, not a cause.")


def choose_columns(answer: Answer) -> dict[str, tuple[str, int]]:
    """The measures that a terminal has room for, by their heading, with their digits: those asked for first."""
    wanted = [name for name in answer["measures"] if name not in ("ror-midp", "ic", "ror", "prr")]
    wanted += [name for name in ("ror-midp", "ic") if name not in wanted]
    room = 1 + max(0, (terminal_width() - LEAST_WIDTH) // (ROOM_FOR_ROR - LEAST_WIDTH))
    shown = wanted[-room:] if len(wanted) == 2 else [*wanted[: room - 1], "ic"] if room > 1 else wanted[:1]
    titles = {"ror-midp": "ROR mid-P", "ic": "IC"}
    return {
        f"{titles.get(name, name.upper())} ({answer['levels'][name] * 100:g} %)": (name, 1 if name == "ror-midp" else 2)
        for name in shown
    }


def print_findings(findings: Answer, page: Path) -> None:
    """The answer of a study and where its dossier is."""
    say(findings["study"]["question"] + "\n")
    for sentence in findings["answer"]:
        say(sentence)
    for source in findings["sources"]:
        say(f"\n{source['source']} as of {source['as_of']}, distinct cases")
        print_main_pairs(source)
    say(f"\n{findings['basis']['text']}\nDossier: {page}")


def print_main_pairs(source: Answer) -> None:
    """The main analysis on one source."""
    made = table("reaction", "a", "b", "expected", "IC (95 %)", "verdict", numbers=("a", "b", "expected", "IC (95 %)"))
    for pair in source["pairs"]:
        if pair["part"] == "main":
            ic = interval(pair["estimates"]["ic"]) if "ic" in pair["estimates"] else "–"
            expected = "–" if pair["expected"] is None else f"{pair['expected']:.2f}"
            counted = (f"{pair['a']:,}", f"{pair['b']:,}")
            made.add_row(pair["reaction_title"], *counted, expected, ic, VERDICTS[pair["verdict"]])
    show_table(made)


def print_snapshot(answer: Answer) -> None:
    """What a snapshot holds."""
    cases = "with the single cases" if answer["cases"] else "without single cases"
    say(f"{answer['counts']:,} tables of counts of {', '.join(answer['sources'])}, {cases} → {answer['folder']}")


def print_schemas(answer: Answer) -> None:
    """The schemas of the JSON answers."""
    for schema in answer["schemas"]:
        say(f"{schema['name']}: {schema['title']}")


def print_fetched(answer: Answer) -> None:
    """What was downloaded."""
    for notice in answer["notices"]:
        say(notice)
    for file in answer["files"]:
        say(f"{file['file']}: {file['bytes']:,} bytes")
    say(f"Next: phytovigil ingest {answer['folder']}")


def print_simulated(answer: Answer) -> None:
    """What was simulated and where its truth stands."""
    span = f"{answer['quarters'][0]} to {answer['quarters'][-1]}"
    say(f"SIMULATED: {answer['reports']:,} reports of {answer['cases']:,} cases, {span} → {answer['folder']}")
    say(f"{answer['duplicates']:,} near-copies and {answer['deleted']:,} deleted cases are among them; the truth is in")
    say(f"{answer['truth']}. No line of it is about a person or a product.")


def print_fetched_quarters(answer: Answer) -> None:
    """Which quarters are there, and which are missing and why."""
    for file in answer["files"]:
        came = "fetched" if file["fetched"] else "was here already and whole"
        say(f"{file['quarter']}: {file['file']}, {file['bytes']:,} bytes, {came}")
    if answer["files"]:
        say(f"Next: phytovigil ingest {answer['folder']}")
    for quarter in answer["missing"]:
        say(f"{quarter['quarter']} is missing: {quarter['reason']} {quarter['hint']}".rstrip())
