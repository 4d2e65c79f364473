"""Entries of a person's diary: what happened, when, and as what it was written down.

Each kind of entry is one frozen class. What a field may hold stands in its metadata, so that the reader of files, the
commands and the reference page all say the same.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Protocol

from phytovigil.errors import InvalidRequest, quoted

YES, NO, UNKNOWN = "yes", "no", "unknown"

SITE_ROLES = ("exposed", "covered", "sclera")
"""exposed: skin that sees the sun. covered: skin that does not. sclera: white of the eye, never measured."""

ANALYTES = ("alt", "ast", "alp", "bilirubin")
ENZYME_UNITS = ("U/L", "ukat/L")
BILIRUBIN_UNITS = ("mg/dL", "umol/L")

RISKS: Mapping[str, str] = {
    "skin-condition": "a skin condition (eczema, psoriasis, melasma, vitiligo or another)",
    "photosensitiser": "a medicine or plant that makes skin react to light",
    "sun-exposure": "much sun on the skin, at work or at leisure",
    "liver-disease": "a disease of the liver, now or earlier",
    "pregnancy": "pregnancy",
    "breast-feeding": "breast-feeding",
    "seizure": "seizures, now or earlier",
    "opioid": "an opioid medicine, or treatment for opioid use",
    "sedative": "a medicine that makes drowsy",
    "mental-health": "depression or thoughts of suicide, now or earlier",
    "heart": "a disorder of heart rhythm",
}
"""What a person is asked once, and again when it changes."""

SERIOUS = ("death", "life-threatening", "hospital", "disability", "congenital", "important")
"""Criteria of a serious reaction, as ICH E2B names them."""

OUTCOMES = ("recovered", "recovering", "not recovered", "recovered with sequelae", "fatal", UNKNOWN)
REPORT_STATES = ("confirmed", "changed", "left out")
ANSWER_SCALES = ("naranjo", "who_umc", "report")


def rule(
    says: str,
    *,
    least: float | None = None,
    most: float | None = None,
    one_of: tuple[str, ...] = (),
    when: bool = False,
    default: Any = MISSING,
) -> Any:
    """A field with what it says and may hold. least, most : bounds, both allowed. when : ISO date or date and time."""
    metadata = {"says": says, "least": least, "most": most, "one_of": one_of, "when": when}
    return field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)


class Checked:
    """Checks each field against its metadata when made."""

    __slots__ = ()

    def __post_init__(self) -> None:
        kind: Any = type(self)
        for name, metadata in bounded_fields(kind):
            check_value(name, getattr(self, name), metadata)
        self.check()

    def check(self) -> None:
        """What one field alone cannot say."""


@cache
def bounded_fields(kind: Any) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Names and metadata of the fields that may not hold everything; asked of each kind once, as entries are many."""
    named = ((one.name, one.metadata) for one in fields(kind) if one.metadata)
    return tuple((name, bounds) for name, bounds in named if is_bounded(**bounds))


def is_bounded(*, least: float | None, most: float | None, one_of: tuple[str, ...], when: bool, says: str) -> bool:
    """Whether the metadata of a field say more than what it is about."""
    return bool(one_of or when or least is not None or most is not None)


def check_value(name: str, value: Any, metadata: Mapping[str, Any]) -> None:
    """Raise InvalidRequest for a value that its field does not take; None and an empty text are never out of bounds."""
    if value is None or value == "" or not metadata:
        return
    for one in value if isinstance(value, tuple) else (value,):
        least, most, choices = metadata["least"], metadata["most"], metadata["one_of"]
        if choices and one not in choices:
            near = difflib.get_close_matches(str(one), choices, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"It is one of {', '.join(choices)}."
            raise InvalidRequest(f"{name} is “{one}”, which is none of its values.", hint)
        if least is not None or most is not None:
            check_bounds(name, one, least, most)
        if metadata["when"]:
            parse_when(name, one)


def check_bounds(name: str, value: Any, least: float | None, most: float | None) -> None:
    """Raise InvalidRequest for a number out of bounds, which NaN is too."""
    inside = (least is None or value >= least) and (most is None or value <= most)
    if value != value or not inside:
        span = f"from {least:g} upwards" if most is None else f"from {least or 0:g} to {most:g}"
        raise InvalidRequest(f"{name} is {value:g}.", f"It is a number {span}.")


def parse_when(name: str, text: str) -> datetime:
    """The moment of an ISO text; a date alone is its midnight. Raises InvalidRequest for any other text.

    >>> parse_when("at", "2026-03-01").isoformat(), parse_when("at", "2026-03-01T08:30").isoformat()
    ('2026-03-01T00:00:00', '2026-03-01T08:30:00')
    """
    try:
        return datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise InvalidRequest(
            f"{name} is {quoted([str(text)])}, which is no date.", "Write 2026-03-01 or 2026-03-01T08:30."
        ) from None


@lru_cache(maxsize=1 << 16)
def local_moment(at: str) -> datetime:
    """The moment at which an entry happened, as the person's clock says it; many entries share a day.

    Raises InvalidRequest for a text that is no date.
    """
    return parse_when("at", at).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Person(Checked):
    """The person whom the diary is about; the newest entry counts."""

    sex: str = rule("sex", one_of=("female", "male", "other", UNKNOWN), default=UNKNOWN)
    birth_year: int | None = rule("year of birth", least=1900, most=2100, default=None)
    country: str = rule("country of residence, two letters", default="")
    product: str = rule("product that the diary follows: node of the vocabulary", default="")
    reason: str = rule("what the product is taken for", default="")


@dataclass(frozen=True, slots=True)
class Use(Checked):
    """One intake of a product or medicine."""

    verbatim: str = rule("name as the person says it")
    node: str = rule("node of the product vocabulary, empty where none fits", default="")
    amount: float | None = rule("how much", least=0, default=None)
    unit: str = rule("unit of the amount (g, mg, mL, capsules, drinks)", default="")
    form: str = rule("form (powder, tea, capsule, extract, resin, tablet)", default="")


@dataclass(frozen=True, slots=True)
class Course(Checked):
    """A product or medicine taken from one day to another; an empty stop is still taken."""

    verbatim: str = rule("name as the person says it")
    node: str = rule("node of the product vocabulary, empty where none fits", default="")
    started: str = rule("first day", when=True, default="")
    stopped: str = rule("last day", when=True, default="")
    dose: str = rule("dose as the person says it", default="")
    reason: str = rule("what it is taken for", default="")
    medicine: bool = rule("true for a co-medicine, false for the product that is followed", default=True)

    def check(self) -> None:
        """A course ends after it began."""
        if self.started and self.stopped and self.stopped < self.started:
            raise InvalidRequest(
                f"stopped ({self.stopped}) is before started ({self.started}).", "Mend one of the two."
            )


@dataclass(frozen=True, slots=True)
class Alcohol(Checked):
    """Alcohol of one day."""

    drinks: float = rule("drinks of about 10–14 g of alcohol", least=0, most=100)


@dataclass(frozen=True, slots=True)
class Pain(Checked):
    """Pain on the numerical rating scale, NRS-11."""

    nrs: float = rule("0 no pain … 10 the worst imaginable", least=0, most=10)
    asked: str = rule("what was asked", one_of=("average", "worst", "now"), default="average")


@dataclass(frozen=True, slots=True)
class Peg(Checked):
    """PEG: pain, enjoyment of life, general activity, over the past week; the score is their mean (Krebs 2009)."""

    pain: float = rule("pain on average, 0–10", least=0, most=10)
    enjoyment: float = rule("how pain interfered with enjoyment of life, 0–10", least=0, most=10)
    activity: float = rule("how pain interfered with general activity, 0–10", least=0, most=10)

    @property
    def score(self) -> float:
        """The mean of the three."""
        return (self.pain + self.enjoyment + self.activity) / 3


@dataclass(frozen=True, slots=True)
class Itch(Checked):
    """The worst itch of the last 24 hours, WI-NRS."""

    nrs: float = rule("0 no itch … 10 the worst imaginable", least=0, most=10)


@dataclass(frozen=True, slots=True)
class Withdrawal(Checked):
    """Subjective Opiate Withdrawal Scale of Handelsman 1987: 16 items of 0–4; the raw total, without bands."""

    items: tuple[int, ...] = rule("16 items, each 0–4; empty where only a total is known", least=0, most=4, default=())
    total: int | None = rule("total, 0–64", least=0, most=64, default=None)

    def check(self) -> None:
        """All 16 items or a total, and both only where they agree."""
        if len(self.items) not in (0, 16):
            raise InvalidRequest(f"{len(self.items)} items of the withdrawal scale.", "It has 16.")
        if not self.items and self.total is None:
            raise InvalidRequest("the withdrawal scale has neither items nor a total.", "Give one of them.")
        if self.items and self.total not in (None, sum(self.items)):
            raise InvalidRequest(f"the total is {self.total}, the items add up to {sum(self.items)}.", "Mend one.")

    @property
    def score(self) -> int:
        """The raw total."""
        return sum(self.items) if self.items else int(self.total or 0)


@dataclass(frozen=True, slots=True)
class Event(Checked):
    """Something that happened to the person: a sign, a symptom, an illness."""

    verbatim: str = rule("in the person's own words")
    term: str = rule("key of the list of events, empty where none fits", default="")
    grade: int | None = rule("grade by the criteria named in `criteria`", least=1, most=5, default=None)
    criteria: str = rule("version of the grading criteria", one_of=("CTCAE v5.0",), default="CTCAE v5.0")
    started: str = rule("first day", when=True, default="")
    ended: str = rule("last day", when=True, default="")
    outcome: str = rule("how it ended", one_of=OUTCOMES, default=UNKNOWN)
    serious: tuple[str, ...] = rule("criteria of seriousness", one_of=SERIOUS, default=())
    where: str = rule("where on the body", default="")
    improved_off: str = rule("better after the product was stopped", one_of=(YES, NO, UNKNOWN), default=UNKNOWN)
    back_on: str = rule("back when the product was taken again", one_of=(YES, NO, UNKNOWN), default=UNKNOWN)


@dataclass(frozen=True, slots=True)
class Lab(Checked):
    """One laboratory value."""

    analyte: str = rule("what was measured", one_of=ANALYTES)
    value: float = rule("value", least=0)
    unit: str = rule("unit", one_of=ENZYME_UNITS + BILIRUBIN_UNITS)
    upper_limit: float | None = rule("upper limit of normal, in the same unit", least=1e-6, default=None)
    limit_source: str = rule("where the upper limit stands", default="")

    def check(self) -> None:
        """A unit belongs to its analyte."""
        fitting = BILIRUBIN_UNITS if self.analyte == "bilirubin" else ENZYME_UNITS
        if self.unit not in fitting:
            raise InvalidRequest(f"{self.analyte} in {self.unit}.", f"Give it in {' or '.join(fitting)}.")


@dataclass(frozen=True, slots=True)
class Risk(Checked):
    """What raises or lowers a risk of this person; the newest entry of a risk counts."""

    risk: str = rule("which risk", one_of=tuple(RISKS))
    answer: str = rule("whether it applies", one_of=(YES, NO, UNKNOWN))
    detail: str = rule("in the person's own words", default="")


@dataclass(frozen=True, slots=True)
class Site(Checked):
    """A place on the skin that is photographed again and again; the newest entry of a name counts."""

    name: str = rule("name of the site")
    role: str = rule("what the site sees", one_of=SITE_ROLES)
    x: float = rule("centre from the centre of the card, mm to the right", least=-200, most=200, default=0.0)
    y: float = rule("centre from the centre of the card, mm downwards", least=-200, most=200, default=0.0)
    radius: float = rule("radius of the measured disc, mm", least=1, most=50, default=6.0)
    where: str = rule("where on the body, and how the card lies", default="")


@dataclass(frozen=True, slots=True)
class Photo(Checked):
    """A photograph. Its bytes are kept in the diary under their SHA-256."""

    sha256: str = rule("hash of the bytes")
    site: str = rule("name of the site")
    media_type: str = rule("media type", one_of=("image/jpeg", "image/png", "image/tiff", "image/webp"))
    size: int = rule("bytes", least=1)
    baseline: bool = rule("a replicate of the baseline", default=False)
    where: tuple[float, ...] = rule("centre of the site in card mm, where this photo needs another", default=())


@dataclass(frozen=True, slots=True)
class Reading(Checked):
    """What the program read from a photograph, and how; a new version of the method adds a new reading."""

    photo: str = rule("id of the photo's entry")
    method: str = rule("name and version of the method")
    lab: tuple[float, ...] = rule("L*, a*, b* of the site (D65, 2°); empty where the photo was refused", default=())
    spread: tuple[float, ...] = rule("robust standard deviation within the site: L*, a*, b*", default=())
    error: float | None = rule("ΔE00 left on patches that were not fitted, median", least=0, default=None)
    refusals: tuple[str, ...] = rule("codes of the reasons for which it was refused", default=())
    details: Mapping[str, float] | None = rule("further figures of the reading, by name", default=None)


@dataclass(frozen=True, slots=True)
class Period(Checked):
    """A period of a comparison of the person with themself: on or off the product, as planned or as it was."""

    started: str = rule("first day", when=True)
    stopped: str = rule("last day", when=True)
    taking: bool = rule("true where the product is taken")
    planned: bool = rule("planned before it began", default=False)


@dataclass(frozen=True, slots=True)
class Note(Checked):
    """Free text."""

    text: str = rule("text")


@dataclass(frozen=True, slots=True)
class Seen(Checked):
    """An alert that the person has read; it is shown all the same and comes up again with news."""

    alert: str = rule("key of the alert")


@dataclass(frozen=True, slots=True)
class Answered(Checked):
    """An answer of the person to one question of a scale, or their word on one field of a draft report."""

    scale: str = rule("scale, or report", one_of=ANSWER_SCALES)
    about: str = rule("id of the event's entry that it is about")
    item: str = rule("key of the item or field")
    answer: str = rule("answer, or the field's value as it shall stand", default="")
    state: str = rule("what was done with the field of a report", one_of=REPORT_STATES, default="confirmed")
    why: str = rule("why", default="")
    found: str = rule("what the diary said of the field when it was answered", default="")


Content = (
    Person
    | Use
    | Course
    | Alcohol
    | Pain
    | Peg
    | Itch
    | Withdrawal
    | Event
    | Lab
    | Risk
    | Site
    | Photo
    | Reading
    | Period
    | Note
    | Seen
    | Answered
)

KINDS: Mapping[str, type[Content]] = {
    "person": Person,
    "use": Use,
    "course": Course,
    "alcohol": Alcohol,
    "pain": Pain,
    "peg": Peg,
    "itch": Itch,
    "withdrawal": Withdrawal,
    "event": Event,
    "lab": Lab,
    "risk": Risk,
    "site": Site,
    "photo": Photo,
    "reading": Reading,
    "period": Period,
    "note": Note,
    "seen": Seen,
    "answered": Answered,
}
"""Kinds of entries, by the word that files and commands use."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    id : unique, never used again; ids sort in the order of recording.
    at : when it happened, an ISO date or local date and time, as the person says it.
    recorded : when it was written down, ISO in UTC.
    content : None where the entry only withdraws another.
    corrects : id of the entry that this one replaces, or withdraws; the old one stays in the diary.
    why : why it was corrected or withdrawn.
    """

    id: str
    kind: str
    at: str
    recorded: str
    content: Content | None
    corrects: str = ""
    why: str = ""

    def __post_init__(self) -> None:
        known = KINDS.get(self.kind)
        if known is None:
            near = difflib.get_close_matches(self.kind, KINDS, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"Kinds are {', '.join(KINDS)}."
            raise InvalidRequest(f"“{self.kind}” is no kind of entry.", hint)
        if self.content is not None and type(self.content) is not known:
            raise InvalidRequest(f"an entry of kind “{self.kind}” holds something else.", f"It holds {known.__name__}.")
        if self.content is None and not self.corrects:
            raise InvalidRequest("an entry without content withdraws none.", "Name the entry that it withdraws.")
        local_moment(self.at)
        parse_when("recorded", self.recorded)

    @property
    def day(self) -> date:
        """The day on which it happened."""
        return local_moment(self.at).date()


class Diary(Protocol):
    """What rooms that read a diary need of it."""

    def entries(self, *kinds: str) -> tuple[Entry, ...]:
        """Entries that stand (corrected and withdrawn ones left out), by day, then in order of recording."""


class Entries(tuple[Entry, ...]):
    """Entries without a file: a Diary of what was read, simulated or imported. Given in order of recording.

    >>> first = Entry("1", "pain", "2026-03-01", "2026-03-01T20:00:00+00:00", Pain(4))
    >>> mended = Entry("2", "pain", "2026-03-01", "2026-03-01T20:05:00+00:00", Pain(3), corrects="1", why="slip")
    >>> [entry.content.nrs for entry in Entries([first, mended]).entries("pain")]
    [3]
    """

    __slots__ = ()

    def entries(self, *kinds: str) -> tuple[Entry, ...]:
        """Entries that stand, of these kinds or of all."""
        replaced = {entry.corrects for entry in self if entry.corrects}
        standing = [entry for entry in self if entry.content is not None and entry.id not in replaced]
        chosen = [entry for entry in standing if not kinds or entry.kind in kinds]
        return tuple(sorted(chosen, key=lambda entry: local_moment(entry.at)))
