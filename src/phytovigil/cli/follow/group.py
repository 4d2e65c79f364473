"""What the commands of `phytovigil follow` share: the diary, its passphrase, days."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from phytovigil.study.following.follow_up import FollowUp

follow_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Follow one person: a diary, skin, pain, liver; when to seek care; a summary for the clinician.",
)

DIARY_VARIABLE, PASSPHRASE_VARIABLE = "PHYTOVIGIL_DIARY", "PHYTOVIGIL_PASSPHRASE_FILE"
LIBRARIES = ("apsw", "cryptography", "cv2", "colour", "PIL", "fhir")
"""What the extra `follow` brings, by the names that Python imports them by."""

DiaryOption = Annotated[
    Path | None,
    typer.Option(
        "--diary", metavar="FOLDER", help="Folder of the diary [default: $PHYTOVIGIL_DIARY or ~/phytovigil-diary]."
    ),
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="File whose first line is the passphrase [default: $PHYTOVIGIL_PASSPHRASE_FILE, or you are asked].",
    ),
]
AtOption = Annotated[
    str, typer.Option("--at", metavar="WHEN", help="When it happened: 2026-03-01 or 2026-03-01T08:30 [default: now].")
]
DayOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Say it as of this day [default: today].")
]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why it is changed.")]


def find_folder(diary: Path | None) -> Path:
    """The folder of the diary."""
    named = os.environ.get(DIARY_VARIABLE)
    return diary or (Path(named) if named else Path.home() / "phytovigil-diary")


def ask_passphrase(file: Path | None, *, new: bool = False) -> str:
    """The passphrase: from a file, or typed unseen. Raises InvalidRequest where nobody can be asked."""
    from phytovigil.errors import InvalidRequest, UnreadableFile

    named = os.environ.get(PASSPHRASE_VARIABLE)
    place = file or (Path(named) if named else None)
    if place:
        try:
            return place.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFile(f"The passphrase file {place} cannot be read.", "Check its name.") from error
    if not sys.stdin.isatty():
        raise InvalidRequest("There is no terminal to ask for the passphrase.", "Give --passphrase-file.")
    said = "New passphrase (8 characters or more; nobody can recover it)" if new else "Passphrase"
    return str(typer.prompt(said, hide_input=True, confirmation_prompt=new, err=True))


def require_libraries() -> None:
    """Raise MissingLibrary in one line where the extra is not installed."""
    from importlib.util import find_spec

    from phytovigil.errors import MissingLibrary

    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise MissingLibrary("`phytovigil follow`", missing[0], "follow")


def open_diary(diary: Path | None, passphrase: Path | None) -> FollowUp:
    """The diary of a command, opened."""
    require_libraries()
    from phytovigil.errors import NotADiary
    from phytovigil.study.following.follow_up import FollowUp

    folder = find_folder(diary)
    if not folder.is_dir():
        raise NotADiary(f"There is no diary in {folder}.", "`phytovigil follow new` makes one; --diary names another.")
    return FollowUp.open(folder, ask_passphrase(passphrase))


def read_day(text: str | None) -> date:
    """A day as given, or today."""
    from phytovigil.schema.diary import parse_when

    return parse_when("--as-of", text).date() if text else date.today()
