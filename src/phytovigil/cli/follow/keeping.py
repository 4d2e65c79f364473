"""`phytovigil follow verify, passphrase, export, import`: the diary as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil.cli.follow.group import DiaryOption, PassphraseOption, ask_passphrase, follow_app, open_diary
from phytovigil.cli.options import JsonOption


@follow_app.command("verify")
def verify(diary: DiaryOption = None, passphrase: PassphraseOption = None, json: JsonOption = False) -> None:
    """Check that every entry and photo is there and unaltered."""
    from phytovigil.cli import report_error
    from phytovigil.cli.printing import emit
    from phytovigil.errors import DamagedDiary
    from phytovigil.study.following.answers import answer_check

    with open_diary(diary, passphrase) as opened:
        answer = answer_check(opened.verify())
    emit(answer, json, print_check)
    if answer["faults"]:
        said = f"The diary is damaged: {answer['faults'][0]} Keep it as it is and take a copy from a backup."
        report_error(said, DamagedDiary.__name__, DamagedDiary.exit_code, answered=True)
        raise typer.Exit(DamagedDiary.exit_code)


@follow_app.command("passphrase")
def change_passphrase(
    new_file: Annotated[
        Path | None, typer.Option("--new-file", metavar="FILE", help="File whose first line is the new passphrase.")
    ] = None,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Give the diary another passphrase."""
    from phytovigil.cli.follow.group import find_folder, require_libraries
    from phytovigil.cli.follow.writing_down import print_written
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_entries
    from phytovigil.study.following.follow_up import FollowUp

    require_libraries()
    old = ask_passphrase(passphrase)
    with FollowUp.open(find_folder(diary), old) as opened:
        opened.change_passphrase(old, ask_passphrase(new_file, new=True))
    emit(
        answer_entries([], ["The passphrase is changed. Older copies of the diary keep the old one."]),
        json,
        print_written,
    )


@follow_app.command("export")
def export(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="JSON Lines file to write, NOT encrypted.")],
    photos: Annotated[bool, typer.Option("--photos/--no-photos", help="With the photographs.")] = True,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Write the whole diary out as JSON Lines, with every correction."""
    from phytovigil.cli.follow.giving import print_files
    from phytovigil.cli.printing import emit
    from phytovigil.cli.writing import writing
    from phytovigil.study.following.answers import answer_files

    with open_diary(diary, passphrase) as opened, writing("The export", out):
        entries = opened.export(out, photos=photos)
    said = f"{entries} entries, NOT encrypted: whoever has the file can read them."
    emit(answer_files([(out, "export of the diary", False)], [said]), json, print_files)


@follow_app.command("import")
def import_lines(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Export of a diary (JSON Lines).")],
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Take in an export: all of it or, where anything is wrong with it, nothing."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_imported

    with open_diary(diary, passphrase) as opened:
        answer = answer_imported(opened.take_in(file))
    emit(answer, json, print_imported)


def print_check(answer: dict[str, Any]) -> None:
    """What was checked, and what is wrong."""
    from phytovigil.cli.printing import say

    say(f"{answer['entries']} entries and {answer['photos']} photos read; newest entry's hash {answer['head'][:16]}….")
    if answer["photos_left_out"]:
        say(f"{answer['photos_left_out']} photos came without their bytes.")
    for fault in answer["faults"]:
        say(f"Fault: {fault}")
    if not answer["faults"]:
        say("The diary is whole. An old copy of the folder looks whole too: note the hash to tell them apart.")


def print_imported(answer: dict[str, Any]) -> None:
    """What came in."""
    from phytovigil.cli.printing import say

    say(f"Taken in: {answer['entries_new']} entries and {answer['photos_new']} photos.")
    say(f"Already there: {answer['entries_there']} entries and {answer['photos_there']} photos.")
