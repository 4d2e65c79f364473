"""Commands that run a study file, keep what it stands on, and check what was made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from phytovigil.cli.options import AsOfOption, JsonOption, SnapshotOption, StoreOption, workspace

StudyArgument = Annotated[Path, typer.Argument(help="Study file (TOML).")]


def study(
    file: StudyArgument,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Folder of the dossier [default: dossier/NAME].")
    ] = None,
    snapshot: SnapshotOption = None,
    as_of: AsOfOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Run a study: page, PDF, findings, figures, tables, snapshot and manifest."""
    from phytovigil.cli.printing import emit, print_findings
    from phytovigil.cli.writing import writing
    from phytovigil.study import load_study

    folder = out or Path("dossier") / load_study(file).name
    with writing("The dossier", folder):
        findings = workspace(store).dossier(file, folder, snapshot=snapshot, as_of=as_of)
    emit(findings, json, lambda found: print_findings(found, folder / "dossier.html"))


def snapshot(
    file: StudyArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to write.")],
    cases: Annotated[
        bool, typer.Option("--cases", help="With the single cases; without it, counts alone, to be given away.")
    ] = False,
    as_of: AsOfOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Write what the reports answer to a study, so that it runs anywhere."""
    from phytovigil.cli.printing import emit, print_snapshot
    from phytovigil.cli.writing import writing

    with writing("The snapshot", out):
        answer = workspace(store).snapshot(file, out, cases=cases, as_of=as_of)
    emit(answer, json, print_snapshot)


def verify(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of a dossier.")],
    json: JsonOption = False,
) -> None:
    """Check a dossier: its files against the manifest, and every number by making it again from its snapshot."""
    from phytovigil.cli import report_error
    from phytovigil.cli.ledgers import print_verified
    from phytovigil.cli.printing import emit
    from phytovigil.errors import DamagedStore

    answer = workspace(None).verify(folder)
    emit(answer, json, print_verified)
    if not answer["holds"]:
        said = f"The dossier {folder} does not hold. The differences are listed above."
        report_error(said, DamagedStore.__name__, DamagedStore.exit_code, answered=True)
        raise typer.Exit(DamagedStore.exit_code)
