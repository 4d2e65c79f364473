"""`phytovigil follow demo`: an invented person, to try everything on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from phytovigil.cli.follow.group import follow_app, require_libraries
from phytovigil.cli.options import JsonOption


@follow_app.command("demo")
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder for the diary and its summary.")] = Path(
        "follow-demo"
    ),
    photos: Annotated[bool, typer.Option("--photos/--no-photos", help="With rendered photographs.")] = True,
    json: JsonOption = False,
) -> None:
    """Make the diary of an invented person, with rendered photographs, and its summary."""
    require_libraries()
    from phytovigil.cli.follow.giving import print_files
    from phytovigil.cli.printing import emit
    from phytovigil.cli.watching import watching_pairs
    from phytovigil.cli.writing import writing
    from phytovigil.study.following.answers import answer_files
    from phytovigil.study.following.demonstrating import LAST, PASSPHRASE, make_demonstration

    with (
        writing("The demonstration", out),
        watching_pairs(json) as watch,
        make_demonstration(out / "diary", photos=photos, watch=watch) as made,
    ):
        _, files = made.write_summary(out / "summary", LAST, with_photos=photos)
        (out / "passphrase.txt").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    said = [
        "The person is invented and the photographs are rendered: nothing here was measured on people.",
        f"Look around: phytovigil follow care --diary {out / 'diary'} --passphrase-file {out / 'passphrase.txt'}"
        f" --as-of {LAST.isoformat()}",
    ]
    emit(answer_files([(file, "summary of an invented person", False) for file in files], said), json, print_files)
