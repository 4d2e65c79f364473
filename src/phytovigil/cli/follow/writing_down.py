"""`phytovigil follow new, add, list, history, correct, withdraw, kinds`: what happened, written down."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from phytovigil.cli.follow.group import (
    AtOption,
    DiaryOption,
    PassphraseOption,
    WhyOption,
    ask_passphrase,
    find_folder,
    follow_app,
    open_diary,
    require_libraries,
)
from phytovigil.cli.options import JsonOption


def complete_kind(incomplete: str) -> list[str]:
    """Kinds of entries that start with what is typed."""
    from phytovigil.schema.diary import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]


KindArgument = Annotated[str, typer.Argument(help="Kind of entry, as in `follow kinds`.", autocompletion=complete_kind)]
WordsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="VALUE…", help="Values in the order of the kind's fields, or FIELD=VALUE."),
]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of an entry, or its last characters.")]


@follow_app.command("new")
def new(
    product: Annotated[str, typer.Option("--product", metavar="NAME", help="Product that the diary follows.")] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="What it is taken for.")] = "",
    sex: Annotated[str, typer.Option("--sex", metavar="SEX", help="female, male, other or unknown.")] = "unknown",
    birth_year: Annotated[int | None, typer.Option("--birth-year", metavar="YEAR", help="Year of birth.")] = None,
    country: Annotated[str, typer.Option("--country", metavar="CODE", help="Country, two letters.")] = "",
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Make a diary, encrypted under a passphrase that nobody can recover."""
    require_libraries()
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_entries
    from phytovigil.study.following.follow_up import FollowUp
    from phytovigil.study.following.starting import describe_person

    person = describe_person(product, reason, sex, birth_year, country)
    folder = find_folder(diary)
    with FollowUp.create(folder, ask_passphrase(passphrase, new=True)) as made:
        written = made.add(person)
    notices = [f"The diary is in {folder}. Keep its passphrase: nobody can open the diary without it."]
    emit(answer_entries([written], notices), json, print_written)


@follow_app.command("add")
def add(
    kind: KindArgument,
    words: WordsArgument = None,
    at: AtOption = "",
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Write something down: `follow add pain 4`, `follow add event "dark urine"`."""
    require_libraries()
    from phytovigil.cli.follow.alerting import print_new_alerts
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_entries
    from phytovigil.study.following.entering import place_content, read_content

    content, notice = place_content(read_content(kind, words or []))
    with open_diary(diary, passphrase) as opened:
        written = opened.add(content, at)
        emit(answer_entries([written], [notice]), json, print_written)
        if not json:
            print_new_alerts(opened.care(), [written.id])


@follow_app.command("correct")
def correct(
    id: IdArgument,
    words: WordsArgument = None,
    why: WhyOption = "corrected",
    at: AtOption = "",
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Change fields of an entry; what it said before stays in its history."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_entries
    from phytovigil.study.following.entering import change_content, place_content

    with open_diary(diary, passphrase) as opened:
        entry = opened.find(id)
        content, notice = place_content(change_content(entry, words or []))
        written = opened.correct(entry.id, content, why, at or None)
    emit(answer_entries([written], [notice]), json, print_written)


@follow_app.command("withdraw")
def withdraw(
    id: IdArgument,
    why: WhyOption = "written by mistake",
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Take an entry back; it stays in the history."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_entries

    with open_diary(diary, passphrase) as opened:
        written = opened.withdraw(id, why)
    emit(answer_entries([written]), json, print_written)


@follow_app.command("list")
def list_entries(
    kind: Annotated[str | None, typer.Argument(help="Only entries of this kind.", autocompletion=complete_kind)] = None,
    last: Annotated[int | None, typer.Option("--last", metavar="NUMBER", help="Only the newest ones.", min=1)] = None,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Entries that stand, by day."""
    require_libraries()
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_entries
    from phytovigil.study.following.entering import find_kind

    if kind:
        find_kind(kind)
    with open_diary(diary, passphrase) as opened:
        entries = opened.entries(kind) if kind else opened.entries()
    emit(answer_entries(entries[-last:] if last else entries), json, print_entries)


@follow_app.command("history")
def history(
    id: IdArgument, diary: DiaryOption = None, passphrase: PassphraseOption = None, json: JsonOption = False
) -> None:
    """Every version of an entry, oldest first."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_entries

    with open_diary(diary, passphrase) as opened:
        versions = opened.history(id)
    emit(answer_entries(versions), json, print_entries)


@follow_app.command("kinds")
def kinds(
    kind: Annotated[str | None, typer.Argument(help="Only this kind.", autocompletion=complete_kind)] = None,
    json: JsonOption = False,
) -> None:
    """What can be written down, and what each field may hold."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_kinds
    from phytovigil.study.following.entering import find_kind

    if kind:
        find_kind(kind)
    answer = answer_kinds()
    answer["kinds"] = [one for one in answer["kinds"] if kind in (None, one["kind"])]
    emit(answer, json, print_kinds)


@follow_app.command("events")
def events(
    words: Annotated[str, typer.Argument(help="Words to look for; all events if none.")] = "",
    json: JsonOption = False,
) -> None:
    """The events that the rules know, by their plain names."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_events

    emit(answer_events(words), json, print_events)


def print_written(answer: dict[str, Any]) -> None:
    """What was written, and what to know about it."""
    from phytovigil.cli.printing import say

    for entry in answer["entries"]:
        say(f"Written (…{entry['short']}): {entry['kind']}, {entry['at'].replace('T', ' ')}: {entry['said']}")
    for notice in answer["notices"]:
        say(notice)


def print_entries(answer: dict[str, Any]) -> None:
    """One line for each entry."""
    from phytovigil.cli.printing import say, show_table, table

    if not answer["entries"]:
        say("No entry.")
        return
    made = table("id", "when", "kind", "what", whole=("id", "when", "kind"))
    for entry in answer["entries"]:
        made.add_row(f"…{entry['short']}", entry["at"].replace("T", " "), entry["kind"], entry["said"])
    show_table(made)


def print_kinds(answer: dict[str, Any]) -> None:
    """Each kind with its fields."""
    from phytovigil.cli.printing import say

    for kind in answer["kinds"]:
        say(f"{kind['kind']}: {kind['says']}")
        for one in kind["fields"]:
            say(f"  {one['name']}{' (needed)' if one['needed'] else ''}: {one['says']}")


def print_events(answer: dict[str, Any]) -> None:
    """Each event with its key and other words."""
    from phytovigil.cli.printing import show_table, table

    made = table("event", "name", "also", whole=("event",))
    for event in answer["events"]:
        made.add_row(event["key"], event["name"], ", ".join(event["synonyms"]))
    show_table(made)
