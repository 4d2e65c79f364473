"""One thing that a diary shows: from when to when, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from phytovigil.followup.care.spans import Span
from phytovigil.schema.care import Finding
from phytovigil.schema.diary import Alcohol, Entry, Itch, Pain, Risk, Withdrawal, parse_when


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that holds from one day to another, as ordinals. finding : None where another one speaks for it."""

    first: int
    last: int
    finding: Finding | None

    def reach(self, days: int) -> Span:
        """The days on which a look back over so many days sees it."""
        return self.first, self.last + days


def read_day(text: str, otherwise: date) -> date:
    """The day of an ISO text, or another where it is empty."""
    return parse_when("day", text).date() if text else otherwise


def read_score(entry: Entry) -> float:
    """The number of a scored entry."""
    content = entry.content
    if isinstance(content, Withdrawal):
        return float(content.score)
    if isinstance(content, Alcohol):
        return content.drinks
    assert isinstance(content, Pain | Itch)
    return content.nrs


def read_risk(entry: Entry) -> Risk:
    """The risk of an entry of that kind."""
    assert isinstance(entry.content, Risk)
    return entry.content


def make_risk(begun: Entry, last: int) -> Fact:
    """A risk that stood from its entry to a day."""
    risk = read_risk(begun)
    text = f"{risk.risk}: yes" + (f" (“{risk.detail}”)" if risk.detail else "")
    return Fact(begun.day.toordinal(), last, Finding(begun.day, text, (begun.id,)))
