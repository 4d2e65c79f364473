"""`phytovigil evidence …`: published evidence, row by row, and whether its figures agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil.cli.options import JsonOption

evidence_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Published evidence: dated, cited rows and their figures."
)

FolderOption = Annotated[
    Path | None, typer.Option("--evidence", metavar="FOLDER", help="Your own folder of evidence files.")
]
STATES = {"holds": "holds", "known": "known fault of the source", "fails": "FAILS"}


@evidence_app.command("list")
def evidence_list(
    product: Annotated[str | None, typer.Argument(help="Id of a product.")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="Only of this kind, such as trial.")
    ] = None,
    topic: Annotated[str | None, typer.Option("--topic", metavar="TOPIC", help="Only on this topic.")] = None,
    evidence: FolderOption = None,
    json: JsonOption = False,
) -> None:
    """The rows of evidence on a product, with what each may be used for."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.published import list_evidence

    emit(list_evidence(product, evidence, kind, topic), json, print_rows)


@evidence_app.command("show")
def evidence_show(
    row: Annotated[str, typer.Argument(help="Id of a row.")],
    evidence: FolderOption = None,
    json: JsonOption = False,
) -> None:
    """One row: what was found in whom, its figures, its limits, its sources."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.published import show_evidence

    emit(show_evidence(row, evidence), json, print_row)


@evidence_app.command("check")
def evidence_check(
    folder: Annotated[Path | None, typer.Argument(metavar="FOLDER", help="Your own folder of evidence files.")] = None,
    json: JsonOption = False,
) -> None:
    """Recompute every figure that others determine, and compare."""
    from phytovigil.cli import report_error
    from phytovigil.cli.printing import emit
    from phytovigil.errors import InvalidEvidence
    from phytovigil.study.published import check_evidence

    answer = check_evidence(folder)
    emit(answer, json, print_checks)
    if not answer["holds"]:
        failed = [check for check in answer["checks"] if check["state"] == "fails"]
        many = "1 comparison fails" if len(failed) == 1 else f"{len(failed)} comparisons fail"
        said = f"{many}, first {failed[0]['row']}, {failed[0]['figure']}. Compare the figures with their source."
        report_error(said, InvalidEvidence.__name__, InvalidEvidence.exit_code, answered=True)
        raise typer.Exit(InvalidEvidence.exit_code)


def print_rows(answer: dict[str, Any]) -> None:
    """One line for each row."""
    from phytovigil.cli.printing import say, show_table, table

    made = table("row", "kind", "as of", "standing", "finding", whole=("as of", "standing"))
    for row in answer["rows"]:
        made.add_row(row["id"], row["kind"], row["as_of"], row["standing"], row["finding"])
    if answer["rows"]:
        show_table(made)
    for library in answer["libraries"]:
        held = f"{library['rows']} rows, {library['facts']} of them facts"
        say(f"{library['title']}, version {library['version']}: {held}. Context is shown and never computed with.")
    if not answer["rows"]:
        say("No row fits.")


def print_row(answer: dict[str, Any]) -> None:
    """Everything that a row says."""
    from phytovigil.cli.printing import say

    row = answer["row"]
    say(f"{row['title']} [{row['kind']}, {row['standing']}, {row['confidence']} confidence, as of {row['as_of']}]")
    say(f"{row['finding']}\n")
    if row["law"]:
        say(
            f"{row['law']['jurisdiction']}; {row['law']['scope']}\n  {row['law']['status']}\n  This is no legal advice."
        )
    if row["population"]:
        say(f"In whom: {row['population']}")
    for figure in row["figures"]:
        derived = f"  [computed: {figure['formula']}]" if figure["basis"] == "derived" else ""
        say(f"  {figure['label']}: {figure['text']}{derived}{'' if figure['checked'] else '  (stands alone)'}")
        if figure["flag"]:
            say(f"    Read with care: {figure['flag']}")
    for limit in row["limits"]:
        say(f"But: {limit}")
    for source in (row["citation"], *row["also"]):
        say(f"Source ({source['read']}): {source['reference']} {source['address']}".rstrip())
        if source["note"]:
            say(f"  {source['note']}")
    say(f"Topics: {', '.join(row['topics'])}")


def print_checks(answer: dict[str, Any]) -> None:
    """What does not hold, and how much was compared."""
    from phytovigil.cli.printing import say

    for check in answer["checks"]:
        if check["state"] != "holds":
            say(f"{STATES[check['state']]}: {check['row']}, {check['figure']}. {check['text']}.")
            if check["flag"]:
                say(f"  {check['flag']}")
    for library in answer["libraries"]:
        made = library["checks"]
        say(
            f"{library['title']}, version {library['version']}: {made['made']} comparisons, {made['holds']} hold, "
            f"{made['known']} known faults of sources, {made['fails']} fail."
        )
        say(f"{made['figures_checked']} of {made['figures']} figures take part in a comparison; the rest stand alone.")
