"""The person's word on the fields of a draft: taken in from the diary, and made for it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from phytovigil.cases.causality.time_to_onset import span_date
from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.schema.case_draft import (
    CHANGED,
    CHOICE,
    CONFIRMED,
    DATE,
    LEFT_OUT,
    NUMBER,
    CaseDraft,
    DraftField,
)
from phytovigil.schema.diary import REPORT_STATES, Answered, Entry, parse_when
from phytovigil.study.following.drafting.facts import REPORT, Facts
from phytovigil.study.following.drafting.fields import LONGEST

LEFT = "left out by you"
SHORT = 80
MOST_LISTED = 8
NUMERIC = re.compile(r"(-?\d+(?:\.\d+)?)\s*(.*)", re.DOTALL)
LANGUAGE_CODE = re.compile(r"[a-z]{3}")
COUNTRY_CODE = re.compile(r"[A-Z]{2}")

UNITS_IN_WORDS: Mapping[str, str] = {
    word: code
    for code, words in {
        "a": ("year", "years"),
        "mo": ("month", "months"),
        "wk": ("week", "weeks"),
        "d": ("day", "days"),
        "h": ("hour", "hours"),
    }.items()
    for word in words
}
"""UCUM codes of units of time, by the word that a person writes."""


def apply_answer(field: DraftField, facts: Facts) -> DraftField:
    """A field with the person's word on it, or back to be confirmed where the diary has changed since."""
    entry = facts.answers.get(field.key)
    if entry is None:
        return field
    answered = cast(Answered, entry.content)
    if answered.state == LEFT_OUT:
        return replace(field, value="", unit="", state=LEFT_OUT, why=answered.why or LEFT)
    if is_outdated(field, answered, entry, facts):
        return replace(field, why=say_outdated(field, answered))
    if answered.state == CONFIRMED:
        return replace(field, state=CONFIRMED, why=answered.why or field.why)
    value, unit = split_value(field, answered.answer)
    return replace(field, value=value, unit=unit, state=CHANGED, why=answered.why or "changed by you")


def is_outdated(field: DraftField, answered: Answered, entry: Entry, facts: Facts) -> bool:
    """Whether the diary says something else than when the person answered.

    An answer that does not keep what the diary said then is out of date once a newer entry stands behind the field.
    """
    if answered.found or answered.state == CONFIRMED:
        return field.found != (answered.found or answered.answer)
    recorded = {one.id: one.recorded for one in facts.standing()} if field.found else {}
    said = parse_recorded(entry.recorded)
    return any(parse_recorded(recorded[one]) > said for one in field.entries if one in recorded)


def parse_recorded(text: str) -> datetime:
    """The moment of writing down, in UTC."""
    moment = parse_when("recorded", text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def say_outdated(field: DraftField, answered: Answered) -> str:
    """Why a field is to be confirmed again."""
    was = shorten(answered.found or answered.answer) or "nothing"
    now = shorten(field.found) or "nothing"
    own = f" You had changed it to “{shorten(answered.answer)}”." if answered.state == CHANGED else ""
    return f"the diary was corrected or added to since you {answered.state} this: it said {was}, now {now}.{own}"


def shorten(text: str) -> str:
    """A text of one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"


def split_value(field: DraftField, text: str) -> tuple[str, str]:
    """Value and unit of what the person wrote; a number without a unit keeps that of the field."""
    found = NUMERIC.fullmatch(text.strip()) if field.takes == NUMBER else None
    if not found:
        return text, field.unit
    said = found[2].strip()
    return found[1], UNITS_IN_WORDS.get(said, said) or field.unit


def confirm_field(draft: CaseDraft, key: str, state: str, value: str = "", why: str = "") -> Answered:
    """The entry that says what shall become of one field; the caller adds it to the diary.

    state : confirmed, changed or left out. value : only where it is changed; a number may carry its unit.
    Raises UnknownName for a key that is none, InvalidRequest for a state or value that the field does not take.

    >>> from datetime import date
    >>> sex = DraftField("patient/sex", "D.5", "Person", "Sex", "male", found="male", choices=("male", "female"))
    >>> draft = CaseDraft("7", date(2026, 3, 1), "phytovigil", "0", (sex,))
    >>> confirm_field(draft, "patient/sex", "confirmed").answer
    'male'
    """
    field = find_field(draft, key)
    if state not in REPORT_STATES:
        raise InvalidRequest(f"A field cannot be “{state}”.", f"It is one of {', '.join(REPORT_STATES)}.")
    if state == CHANGED:
        check_value(field, value.strip())
    elif value and value != field.found:
        raise InvalidRequest(f"{key} is {state} and given another value.", f"Say “{CHANGED}” to change it.")
    kept = {CONFIRMED: field.found, CHANGED: value.strip(), LEFT_OUT: ""}[state]
    check_length(field, kept)
    return Answered(REPORT, draft.event, key, kept, state, why, field.found)


def confirm_block(draft: CaseDraft, block: str) -> tuple[Answered, ...]:
    """Entries that confirm all fields of a block as they stand, empty ones as not known; for a block shown as a whole.

    Fields on which the person has already said their word are not touched. Raises UnknownName.
    """
    blocks = tuple(dict.fromkeys(field.block for field in draft.fields))
    if block not in blocks:
        raise UnknownName("block", block, "the draft", difflib.get_close_matches(block, blocks, n=3))
    return tuple(confirm_field(draft, field.key, CONFIRMED) for field in draft.open if field.block == block)


def find_field(draft: CaseDraft, key: str) -> DraftField:
    """The field of a key. Raises UnknownName with near names."""
    field = draft.field(key)
    if field is None:
        keys = [one.key for one in draft.fields]
        raise UnknownName("field", key, "the draft", difflib.get_close_matches(key, keys, n=3))
    return field


def check_value(field: DraftField, value: str) -> None:
    """Raise InvalidRequest for a value that the field does not take."""
    if not value:
        raise InvalidRequest(f"{field.key} is changed to nothing.", f"Say “{LEFT_OUT}” to leave it out.")
    if field.takes == CHOICE and value not in field.choices:
        raise InvalidRequest(f"{field.key} is “{value}”.", f"It is one of {', '.join(field.choices)}.")
    if field.takes == NUMBER:
        check_number(field, value)
    if field.takes == DATE:
        check_date(field.key, value)
    if field.key == "reaction/language" and not LANGUAGE_CODE.fullmatch(value):
        raise InvalidRequest(f"The language is “{value}”.", "Write three small letters, such as eng, fra or tha.")
    if field.key == "reporter/country" and not COUNTRY_CODE.fullmatch(value):
        raise InvalidRequest(f"The country is “{value}”.", "Write two capital letters, such as US, FR or TH.")


def check_number(field: DraftField, value: str) -> None:
    """Raise InvalidRequest for what is no number, or has a unit that the field does not take."""
    if not NUMERIC.fullmatch(value):
        raise InvalidRequest(f"{field.key} is “{value}”.", "Write a number, and its unit behind it if it has another.")
    _, unit = split_value(field, value)
    if field.units and unit not in field.units:
        raise InvalidRequest(f"{field.key} is in “{unit}”.", f"Its unit is {' or '.join(field.units)}.")


def check_length(field: DraftField, value: str) -> None:
    """Raise InvalidRequest for a text that is longer than its element."""
    longest = LONGEST.get(field.element, len(value))
    if len(value) > longest:
        raise InvalidRequest(
            f"{field.key} has {len(value)} characters, and its field of the form takes {longest}.",
            f"Say “{CHANGED}” and give a shorter text.",
        )


def check_date(key: str, value: str) -> None:
    """Raise InvalidRequest for what is no day, month or year."""
    try:
        span_date(value)
    except (ValueError, TypeError):
        raise InvalidRequest(f"{key} is “{value}”.", "Write 2026, 2026-03 or 2026-03-01.") from None


def is_complete(draft: CaseDraft) -> bool:
    """Whether every field has the person's word, and the least that a valid report needs is there."""
    return not draft.open and not draft.missing


def require_complete(draft: CaseDraft) -> None:
    """Raise InvalidRequest with the open fields, and with what is missing for a valid report."""
    if draft.open:
        keys = [field.key for field in draft.open]
        rest = f" and {len(keys) - MOST_LISTED} more" if len(keys) > MOST_LISTED else ""
        raise InvalidRequest(
            f"{len(keys)} of {len(draft.fields)} fields are not confirmed: {', '.join(keys[:MOST_LISTED])}{rest}.",
            "Confirm, change or leave out each of them; a draft that nobody confirmed is not written.",
        )
    if draft.missing:
        raise InvalidRequest(
            f"A report needs an identifiable {' and '.join(draft.missing)}, and every field for it is empty.",
            "Fill one of the fields that are marked as needed.",
        )
