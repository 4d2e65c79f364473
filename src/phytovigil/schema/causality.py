"""One case as a person describes it for an assessment of causality: answers, laboratory values, and their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from phytovigil.errors import InvalidRequest

UNKNOWN = "unknown"
"""The answer of whatever a case file leaves open: it may still be found out, so every total is a range over it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answered, and why."""

    answer: str = UNKNOWN
    why: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper limits of normal, in the units of the values. source : where they stand, shown beside every multiple."""

    alt: float | None = None
    ast: float | None = None
    alp: float | None = None
    bilirubin: float | None = None
    source: str = ""

    def __post_init__(self) -> None:
        for name in ("alt", "ast", "alp", "bilirubin"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise InvalidRequest(f"the upper limit of {name} is {value:g}.", "It is a number above 0.")


@dataclass(frozen=True, slots=True)
class Draw:
    """Liver tests of one day. day : counted from any day that the case file keeps to; a value not measured is None."""

    day: int
    alt: float | None = None
    ast: float | None = None
    alp: float | None = None
    bilirubin: float | None = None

    def __post_init__(self) -> None:
        for name in ("alt", "ast", "alp", "bilirubin"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise InvalidRequest(f"{name} of day {self.day} is {value:g}.", "It is a number from 0 upwards.")


@dataclass(frozen=True, slots=True)
class LiverTests:
    """The liver tests of a case, oldest first, with their upper limits."""

    limits: Limits
    draws: tuple[Draw, ...]

    def __post_init__(self) -> None:
        days = [draw.day for draw in self.draws]
        if days != sorted(set(days)):
            raise InvalidRequest("the draws of the liver tests are not in order.", "Write each day once, oldest first.")


@dataclass(frozen=True, slots=True)
class RucamAnswers:
    """What RUCAM asks. days_from_start, days_from_stop : first sign of injury, in days; negative is before it."""

    answers: Mapping[str, Answer]
    days_from_start: int | None = None
    days_from_stop: int | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What completeness and time to onset are read from; dates are ISO, as precise as they are known.

    days_to_onset : from start to event, where they are told and not both dates.
    """

    sex: str = ""
    age_years: float | None = None
    age_group: str = ""
    country: str = ""
    reporter: str = ""
    report_type: str = ""
    indication: str = ""
    dose: str = ""
    outcome: str = ""
    start: str = ""
    stop: str = ""
    onset: str = ""
    days_to_onset: int | None = None
    narrative: bool = False

    def __post_init__(self) -> None:
        if self.days_to_onset is not None and (self.days_to_onset < 0 or (self.start and self.onset)):
            raise InvalidRequest(
                f"days_to_onset is {self.days_to_onset}.", "It is 0 or more, and stands instead of the two dates."
            )


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case file, read.

    title, product, reaction, reference : what it is about and where its facts come from.
    dermal_pigment : the event is pigment in the skin, which a withdrawal may leave as it is for years.
    naranjo, who_umc : answers by item or criterion; rucam, liver : only where the case is about the liver.
    """

    title: str
    product: str
    reaction: str
    reference: str = ""
    dermal_pigment: bool = False
    facts: CaseFacts = field(default_factory=CaseFacts)
    dechallenge: Answer = field(default_factory=Answer)
    rechallenge: Answer = field(default_factory=Answer)
    naranjo: Mapping[str, Answer] = field(default_factory=dict)
    who_umc: Mapping[str, Answer] = field(default_factory=dict)
    rucam: RucamAnswers | None = None
    liver: LiverTests | None = None
