"""`phytovigil follow today`: the questions of a day, one after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from phytovigil.cli.follow.group import DiaryOption, PassphraseOption, follow_app, open_diary
from phytovigil.cli.options import JsonOption

if TYPE_CHECKING:
    from phytovigil.schema.diary import Content, Entry
    from phytovigil.study.following.follow_up import FollowUp

PEG_EVERY = 7
"""Days: the questions of PEG are about the past week."""

PAIN = "Pain on average today, 0 (none) to 10 (worst imaginable)"
ITCH = "Worst itch of the last 24 hours, 0 to 10"
TAKEN = "What you took of the product, with the amount (such as: kratom 3 g)"
DRINKS = "Drinks with alcohol today"
HAPPENED = "Anything new or unusual, in your own words (such as: dark urine)"
WEEK = (
    "Past week: pain on average, 0 to 10",
    "Past week: how much pain kept you from enjoying life, 0 to 10",
    "Past week: how much pain kept you from general activity, 0 to 10",
)


@follow_app.command("today")
def today(diary: DiaryOption = None, passphrase: PassphraseOption = None, json: JsonOption = False) -> None:
    """Ask the questions of the day; Enter leaves one out."""
    from phytovigil.cli.follow.alerting import print_new_alerts
    from phytovigil.cli.follow.writing_down import print_written
    from phytovigil.cli.printing import emit
    from phytovigil.errors import InvalidRequest
    from phytovigil.study.following.answers import answer_entries

    if not sys.stdin.isatty():
        raise InvalidRequest("`follow today` asks questions, and there is no terminal.", "Use `follow add`.")
    with open_diary(diary, passphrase) as opened:
        written, notices = ask_day(opened)
        emit(answer_entries(written, notices), json, print_written)
        if not json:
            print_new_alerts(opened.care(), [entry.id for entry in written])


def ask_day(opened: FollowUp) -> tuple[list[Entry], list[str]]:
    """Ask everything, and write each answer down at once, so that an interrupted day loses none."""
    notices: list[str] = []
    asked = [
        ask(opened, notices, PAIN, lambda text: ("pain", [text])),
        ask(opened, notices, ITCH, lambda text: ("itch", [text])),
        ask(opened, notices, TAKEN, read_taken),
        ask(opened, notices, DRINKS, lambda text: ("alcohol", [text])),
    ]
    if is_week_over(opened):
        asked.append(ask_week(opened))
    while (event := ask(opened, notices, HAPPENED, lambda text: ("event", [text]))) is not None:
        asked.append(event)
    return [entry for entry in asked if entry is not None], notices


def ask(
    opened: FollowUp, notices: list[str], question: str, read: Callable[[str], tuple[str, list[str]]]
) -> Entry | None:
    """One question, until its answer can be read or is empty."""
    from phytovigil.errors import PhytovigilError
    from phytovigil.study.following.entering import place_content, read_content

    while text := str(typer.prompt(question, default="", show_default=False, err=True)).strip():
        try:
            content, notice = place_content(read_content(*read(text)))
            chosen = choose_event(content) if notice else None
            notices.append("" if chosen else notice)
            return opened.add(chosen or content)
        except PhytovigilError as error:
            typer.echo(f"  {error}", err=True)
    return None


def choose_event(content: Content) -> Content | None:
    """Ask which event of the list was meant, where the words are near some; None for no event, or none of them."""
    from dataclasses import replace

    from phytovigil.followup.instruments import suggest_events
    from phytovigil.schema.diary import Event

    near = suggest_events(content.verbatim, 4) if isinstance(content, Event) else ()
    if not near:
        return None
    typer.echo("  The rules know these. Is it one of them?", err=True)
    for number, term in enumerate(near, start=1):
        typer.echo(f"    {number} {term.name}", err=True)
    picked = str(typer.prompt("  Number, or Enter for none", default="", show_default=False, err=True)).strip()
    chosen = near[int(picked) - 1] if picked.isdigit() and 1 <= int(picked) <= len(near) else None
    return replace(content, term=chosen.key) if chosen and isinstance(content, Event) else None


def ask_week(opened: FollowUp) -> Entry | None:
    """The three questions of PEG; all three or none."""
    from phytovigil.errors import PhytovigilError
    from phytovigil.study.following.entering import read_content

    while True:
        texts = [str(typer.prompt(one, default="", show_default=False, err=True)).strip() for one in WEEK]
        if not all(texts):
            return None
        try:
            return opened.add(read_content("peg", texts))
        except PhytovigilError as error:
            typer.echo(f"  {error}", err=True)


def is_week_over(opened: FollowUp) -> bool:
    """Whether PEG was not asked for a week."""
    from datetime import date

    asked = opened.entries("peg")
    return not asked or (date.today() - asked[-1].day).days >= PEG_EVERY


def read_taken(text: str) -> tuple[str, list[str]]:
    """An intake in the person's words: name, amount, unit.

    >>> read_taken("kratom powder 3,5 g"), read_taken("kratom")
    (('use', ['verbatim=kratom powder', 'amount=3.5', 'unit=g']), ('use', ['verbatim=kratom']))
    """
    import re

    found = re.fullmatch(r"(.+?)\s+(\d+(?:[.,]\d+)?)\s*(\D*)", text)
    if not found:
        return "use", [f"verbatim={text}"]
    name, amount, unit = found.groups()
    return "use", [
        f"verbatim={name}",
        f"amount={amount.replace(',', '.')}",
        *([f"unit={unit.strip()}"] if unit.strip() else []),
    ]
