"""`phytovigil claims`: what follows for each claim of a study, without the dossier around it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil.cli.options import AsOfOption, JsonOption, SnapshotOption, StoreOption, workspace


def claims(
    file: Annotated[Path, typer.Argument(help="Study file (TOML) with claims.")],
    snapshot: SnapshotOption = None,
    as_of: AsOfOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Set the claims of a study against the evidence: conclusion, certainty, and what would change it."""
    from phytovigil.cli.printing import emit

    emit(workspace(store).claims(file, snapshot=snapshot, as_of=as_of), json, print_claims)


def print_claims(answer: dict[str, Any]) -> None:
    """The conclusions as a table, then what would change each."""
    from phytovigil.cli.printing import say, show_table, table

    made = table("claim", "conclusion", "certainty", whole=("certainty",))
    for claim in answer["claims"]:
        made.add_row(claim["text"], claim["title"], claim["certainty"])
    show_table(made)
    say(
        "\nCertainty is of the size of an effect. No evidence found is absence of evidence, not evidence of absence.\n"
        "Lines of evidence, steps and rules: `phytovigil study` writes them into the dossier, and --json prints them."
    )
