"""`phytovigil follow summary, fhir, report`: what the person gives away, and nothing else leaves the diary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from phytovigil.cli.follow.group import DayOption, DiaryOption, PassphraseOption, follow_app, open_diary, read_day
from phytovigil.cli.options import JsonOption

if TYPE_CHECKING:
    from datetime import date

    from phytovigil.study.following.follow_up import FollowUp

ForceOption = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
EventArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the event's entry, or its last characters.")]
FIELD = "Key of a field, as the draft shows it; may be repeated."


@follow_app.command("summary")
def summary(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to write into, NOT encrypted.")] = Path(
        "summary"
    ),
    photos: Annotated[bool, typer.Option("--photos/--no-photos", help="With pictures of the skin.")] = True,
    as_of: DayOption = None,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Write two pages for the clinician: HTML and PDF, and the numbers behind them."""
    from phytovigil.cli.printing import emit
    from phytovigil.cli.writing import writing
    from phytovigil.study.following.answers import answer_files

    with open_diary(diary, passphrase) as opened, writing("The summary", out):
        findings, files = opened.write_summary(out, read_day(as_of), with_photos=photos)
    said = [*findings["top"].values(), "The files are not encrypted: whoever has them can read them."]
    lines = [line for part in said for line in ([part] if isinstance(part, str) else part)]
    emit(answer_files([(file, "summary for the clinician", False) for file in files], lines), json, print_files)


@follow_app.command("fhir")
def fhir(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="JSON file to write, NOT encrypted.")],
    photos: Annotated[bool, typer.Option("--with-photos", help="With the photographs.")] = False,
    notes: Annotated[bool, typer.Option("--with-notes", help="With free notes.")] = False,
    force: ForceOption = False,
    as_of: DayOption = None,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Write the diary as a FHIR R5 bundle, for the clinic's own system."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_files
    from phytovigil.study.following.sharing import write_fhir

    with open_diary(diary, passphrase) as opened:
        made = write_fhir(opened.diary, out, read_day(as_of), with_photos=photos, with_notes=notes, force=force)
    emit(answer_files([(made.path, "FHIR R5 bundle", False)], [made.said]), json, print_files)


@follow_app.command("report")
def report(
    event: EventArgument,
    confirm: Annotated[list[str] | None, typer.Option("--confirm", metavar="FIELD", help=FIELD)] = None,
    confirm_block: Annotated[
        list[str] | None, typer.Option("--confirm-block", metavar="BLOCK", help="All open fields of a block.")
    ] = None,
    change: Annotated[
        list[str] | None, typer.Option("--change", metavar="FIELD=VALUE", help="Say another value.")
    ] = None,
    leave_out: Annotated[list[str] | None, typer.Option("--leave-out", metavar="FIELD", help=FIELD)] = None,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the confirmed report (.txt, .json or .toml).")
    ] = None,
    case_file: Annotated[
        Path | None, typer.Option("--case-file", metavar="FILE", help="Write it for `phytovigil cases assess`.")
    ] = None,
    force: ForceOption = False,
    as_of: DayOption = None,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Draft a case report about one event, confirm it field by field, write it out.

    Nothing is written out before every field is confirmed, changed or left out.
    """
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_files, answer_report

    with open_diary(diary, passphrase) as opened:
        day = read_day(as_of)
        entry = opened.find(event).id
        opened.confirm(
            entry,
            day,
            confirmed=confirm or (),
            blocks=confirm_block or (),
            changed=dict(split_change(one) for one in change or ()),
            left_out=leave_out or (),
            why=why,
        )
        if out is None and case_file is None:
            emit(answer_report(opened.draft(entry, day)), json, print_report)
            return
        written = write_out(opened, entry, day, out, case_file, force)
    files = [(path, "case report", False) for path, _ in written]
    emit(answer_files(files, [said for _, said in written]), json, print_files)


def split_change(text: str) -> tuple[str, str]:
    """Field and value of "FIELD=VALUE". Raises InvalidRequest."""
    from phytovigil.errors import InvalidRequest

    key, equals, value = text.partition("=")
    if not equals:
        raise InvalidRequest(f"“{text}” gives no value.", "Write --change FIELD=VALUE.")
    return key, value


def write_out(
    opened: FollowUp, event: str, day: date, out: Path | None, case_file: Path | None, force: bool
) -> list[tuple[Path, str]]:
    """Write the confirmed report in the forms that are asked for."""
    from phytovigil.study.following.sharing import write_case_file, write_draft

    made = [write_draft(opened.diary, event, out, day, force=force)] if out else []
    made += [write_case_file(opened.diary, event, case_file, day, force=force)] if case_file else []
    return [(one.path, one.said) for one in made]


def print_files(answer: dict[str, Any]) -> None:
    """Where the files are, and what to know about them."""
    from phytovigil.cli.printing import say

    for line in answer["said"]:
        say(line)
    for file in answer["files"]:
        say(f"Written: {file['file']} ({file['bytes'] / 1000:,.0f} kB)")


def print_report(answer: dict[str, Any]) -> None:
    """The draft in words."""
    from phytovigil.cli.printing import say

    say(answer["text"].rstrip("\n"))
