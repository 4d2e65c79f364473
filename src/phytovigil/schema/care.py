"""When to seek care: rules as a reader sees them, what the diary shows for them, and the alerts that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

EMERGENCY, TODAY, WITHIN_DAYS, ROUTINE = "emergency now", "today", "within days", "routine"
URGENCIES = (EMERGENCY, TODAY, WITHIN_DAYS, ROUTINE)
"""How soon care is sought, most urgent first."""

NOW, ANSWERED, EARLIER = "now", "answered", "earlier"
STATES = (NOW, ANSWERED, EARLIER)
"""now: the rule holds on the day asked. answered: it holds, and a later finding answers what it asked for, such as
normal liver tests. earlier: it held, and the time that the rule looks back has passed; it is listed all the same."""

BASES = ("seen", "recalled")
"""seen: the text that is cited was read. recalled: cited from memory, still to be checked."""


@dataclass(frozen=True, slots=True)
class CareSource:
    """Where a rule comes from.

    address : URL or DOI. seen : day on which it was read, ISO. basis : of BASES. says : what it says, in our words.
    """

    id: str
    citation: str
    address: str
    seen: str
    basis: str
    says: str


@dataclass(frozen=True, slots=True)
class CareRule:
    """A rule as a reader sees it.

    said : what the person is told. answered_said : what they are told once the finding that it asks for is there.
    as_of : date of the rule's last change, ISO. holds : when it holds, in words made of its conditions.
    """

    id: str
    title: str
    urgency: str
    said: str
    for_clinician: str
    as_of: str
    sources: tuple[CareSource, ...]
    answered_said: str = ""
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule looked at.

    text : with date and figures. entries : ids of the diary's entries.
    context : true for what only sets the scene (the product was taken); it is never news by itself.
    """

    day: date
    text: str
    entries: tuple[str, ...]
    context: bool = False


@dataclass(frozen=True, slots=True)
class LiverFact:
    """Liver tests of one day against the limits of that day.

    entries : ids of the lab entries. values, limits : ALT, AST and ALP in U/L, bilirubin in mg/dL, only what is known.
    sources : where the limits stand. times : multiples of the limit by test, None where value or limit is missing.
    r, nr, pattern, hy : as in cases.causality.liver; None is unknown.
    first : the first draw that is above a limit, whose pattern counts.
    days_from_stop : days since the followed product was last taken, where a stop or a last intake is known.
    signs : of LIVER_SIGNS.
    """

    day: date
    entries: tuple[str, ...]
    values: Mapping[str, float]
    limits: Mapping[str, float]
    sources: tuple[str, ...]
    times: Mapping[str, float | None]
    r: float | None
    nr: float | None
    pattern: str | None
    hy: Mapping[str, bool | None]
    first: bool = False
    days_from_stop: int | None = None
    signs: tuple[str, ...] = ()

    @property
    def raised(self) -> bool:
        """Whether ALT or ALP is above its limit; a pattern of normal tests says nothing."""
        return max(self.times.get("alt") or 0.0, self.times.get("alp") or 0.0) > 1


LIVER_SIGNS: Mapping[str, str] = {
    "rising": "a test above its limit is at least half higher than at the draw before",
    "second-peak": "a test fell to half of its peak or less, and rose to twice its lowest or more, above its limit",
    "initial-cholestasis": "ALP was at twice its limit or more at the first draw above a limit",
    "no-initial-cholestasis": "ALP was below twice its limit at the first draw above a limit",
    "none-between": "the diary shows no intake of the product between that lowest value and the draw",
    "taken-between": "the diary shows an intake of the product between that lowest value and the draw",
}
"""What a draw shows beside the draws before it. The bounds are ours: they sort draws for a reader."""


@dataclass(frozen=True, slots=True)
class LiverReading:
    """All draws of a diary, oldest first.

    patterns : every pattern of a raised draw, in order of appearance. notes : what is missing or was chosen.
    """

    draws: tuple[LiverFact, ...]
    patterns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> LiverFact | None:
        """The first draw above a limit, whose pattern counts."""
        return next((draw for draw in self.draws if draw.first), None)


@dataclass(frozen=True, slots=True)
class SkinFact:
    """A change of the skin that exceeds its noise.

    day : first day on which it was told. direction : one of the words of phytovigil.schema.change.
    until : last day on which it is told.
    """

    day: date
    direction: str
    text: str
    entries: tuple[str, ...]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Observations:
    """What other parts of the program read from the diary, for the rules.

    lineage : by node of the product vocabulary, the node itself and all groups above it.
    """

    liver: tuple[LiverFact, ...] = ()
    skin: tuple[SkinFact, ...] = ()
    lineage: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """One rule that holds, or held, for this diary.

    key : what a `seen` entry names. said : as it applies in this state. urgency : of URGENCIES.
    findings : everything that supports it, oldest first. answers : what answers it, where the state is "answered".
    first_seen, last_seen : days of the first and the last finding that is not context.
    read : moment at which the person last marked it as seen, "" for never.
    news : findings recorded since then; all of them where it was never marked. Being seen never hides an alert.
    """

    key: str
    rule: CareRule
    urgency: str
    state: str
    said: str
    for_clinician: str
    findings: tuple[Finding, ...]
    answers: tuple[Finding, ...]
    first_seen: date
    last_seen: date
    read: str
    news: tuple[Finding, ...]

    @property
    def sources(self) -> tuple[CareSource, ...]:
        """Where the rule comes from."""
        return self.rule.sources

    @property
    def entries(self) -> tuple[str, ...]:
        """Ids of all supporting entries, each once, sorted."""
        return tuple(sorted({one for finding in self.findings for one in finding.entries}))


@dataclass(frozen=True, slots=True)
class CareReport:
    """All alerts as of a day: those that hold now, then the answered, then the earlier ones, each most urgent first.

    version : of the rules. rules : how many were asked.
    unplaced : events in words that no rule knows, so that nobody takes silence for an all-clear.
    """

    as_of: date
    version: str
    rules: int
    alerts: tuple[Alert, ...]
    liver: LiverReading
    unplaced: tuple[Finding, ...] = ()

    @property
    def new(self) -> tuple[Alert, ...]:
        """Alerts with news since they were last marked as seen."""
        return tuple(alert for alert in self.alerts if alert.news)
