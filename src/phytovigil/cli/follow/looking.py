"""`phytovigil follow changes, compare, care, seen, risks, assess`: what the diary says."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from phytovigil.cli.follow.alerting import print_care
from phytovigil.cli.follow.group import DayOption, DiaryOption, PassphraseOption, follow_app, open_diary, read_day
from phytovigil.cli.options import JsonOption


@follow_app.command("changes")
def changes(
    as_of: DayOption = None, diary: DiaryOption = None, passphrase: PassphraseOption = None, json: JsonOption = False
) -> None:
    """What changed beyond its own noise: pain, itch, labs, skin."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_changes

    day = read_day(as_of)
    with open_diary(diary, passphrase) as opened:
        answer = answer_changes(day, opened.changes(day), opened.skin_changes(day))
    emit(answer, json, print_changes)


@follow_app.command("compare")
def compare(
    series: Annotated[str, typer.Argument(help="pain, peg, itch, withdrawal, alt, ast, alp or bilirubin.")] = "pain",
    washout: Annotated[
        int, typer.Option("--washout", metavar="DAYS", help="Days left out after each switch.", min=0)
    ] = 0,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Compare periods on and off the product, within the person (`follow add period …`)."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_comparison

    with open_diary(diary, passphrase) as opened:
        answer = answer_comparison(opened.compare(series, washout_days=washout))
    emit(answer, json, print_comparison)


@follow_app.command("care")
def care(
    as_of: DayOption = None, diary: DiaryOption = None, passphrase: PassphraseOption = None, json: JsonOption = False
) -> None:
    """When to seek care and why: every rule that holds or held, with its source."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_care

    with open_diary(diary, passphrase) as opened:
        answer = answer_care(opened.care(read_day(as_of)))
    emit(answer, json, print_care)


@follow_app.command("seen")
def seen(
    alert: Annotated[str, typer.Argument(metavar="ALERT", help="Key of the alert, as `follow care` shows it.")],
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Note that you have read an alert. It stays listed, and comes up again with news."""
    from phytovigil.cli.follow.writing_down import print_written
    from phytovigil.cli.printing import emit
    from phytovigil.errors import UnknownName
    from phytovigil.study.following.answers import answer_entries

    with open_diary(diary, passphrase) as opened:
        alerts = {one.key: one for one in opened.care().alerts}
        if alert not in alerts:
            known = f"Alerts are {', '.join(alerts)}." if alerts else "There is none."
            raise UnknownName("alert", alert, "the diary", hint=known)
        written = opened.mark_seen(alerts[alert])
    emit(answer_entries([written]), json, print_written)


@follow_app.command("risks")
def risks(
    as_of: DayOption = None, diary: DiaryOption = None, passphrase: PassphraseOption = None, json: JsonOption = False
) -> None:
    """Your medicines and risks beside what is known of the product."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_risks

    with open_diary(diary, passphrase) as opened:
        answer = answer_risks(opened.risks(read_day(as_of)))
    emit(answer, json, print_risks)


@follow_app.command("assess")
def assess(
    event: Annotated[str, typer.Argument(metavar="ID", help="Id of the event's entry, or its last characters.")],
    as_of: DayOption = None,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Causality of one event: WHO-UMC and Naranjo as far as the diary can answer, as ranges."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_assessment

    with open_diary(diary, passphrase) as opened:
        answer = answer_assessment(opened.assess(event, read_day(as_of)))
    emit(answer, json, print_assessment)


@follow_app.command("answer")
def answer(
    event: Annotated[str, typer.Argument(metavar="ID", help="Id of the event's entry, or its last characters.")],
    item: Annotated[str, typer.Argument(help="Item of the scale, such as placebo.")],
    said: Annotated[str, typer.Argument(metavar="ANSWER", help="Answer, such as yes, no or “not done”.")],
    scale: Annotated[str, typer.Option("--scale", metavar="NAME", help="naranjo or who_umc.")] = "naranjo",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why, or who says so.")] = "",
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Answer one item of a scale of causality, as you or your clinician know it."""
    from phytovigil.cli.follow.writing_down import print_written
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_entries

    with open_diary(diary, passphrase) as opened:
        written = opened.answer(event, scale, item, said, why)
    emit(answer_entries([written]), json, print_written)


def print_changes(answer: dict[str, Any]) -> None:
    """The statements, and what the noise and the looks are."""
    from phytovigil.cli.printing import say

    for one in (*answer["skin"], *answer["series"]):
        label = one.get("label") or " minus ".join(name for name in (one["exposed"], one["covered"]) if name)
        say(f"{label}: {one['verdict']}.")
        say(f"  {one['said']}")
        for warning in one["warnings"]:
            say(f"  {warning}")
    if not answer["skin"] and not answer["series"]:
        say("The diary holds no series yet: write down pain, itch or labs, or take photos.")
    if answer["error_model"]:
        say(answer["error_model"])


def print_comparison(answer: dict[str, Any]) -> None:
    """The comparison and what it cannot say."""
    from phytovigil.cli.printing import say

    found = answer["comparison"]
    say(found["said"])
    if found["needed"]:
        say(found["needed"])
    for limit in found["cannot_say"]:
        say(f"But: {limit}")


def print_risks(answer: dict[str, Any]) -> None:
    """Findings, gravest first; what is unknown is said."""
    from phytovigil.cli.printing import say

    found = answer["risks"]
    say(found["said"])
    for finding in (*found["findings"], *found["unlisted"], *found["general"]):
        say(f"\n{finding['medicine'] or 'Everybody'} — {finding['kind']}, {finding['confidence']} confidence")
        say(f"  {finding['said']}")
        for figure in finding["figures"]:
            say(f"  {figure['label']}: {figure['text']} ({figure['basis']})")
        for limit in finding["limits"]:
            say(f"  But: {limit}")
    for question in found["questions"]:
        say(f"\n{question['said']}")
    if found["open_risks"]:
        say(f"\nNot answered yet: {', '.join(found['open_risks'])}. `follow add risk pregnancy no` answers one.")
    say(f"\n{found['advice']}")


def print_assessment(answer: dict[str, Any]) -> None:
    """The two scales one below the other, never averaged."""
    from phytovigil.cli.assess import onset_text, print_scale, print_who_umc
    from phytovigil.cli.printing import say

    found = answer["assessment"]
    say(f"“{found['verbatim']}”, from {found['started']}. Time to onset: {onset_text(found['onset'])}.")
    print_scale("Naranjo", found["naranjo"])
    print_who_umc(found["who_umc"])
    say("\n" + " ".join((*found["differences"], *found["notes"])))
