"""What a diary holds for or against the product beside one event: other causes, measured signs, earlier events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from phytovigil.cases.causality.dechallenge import POSITIVE
from phytovigil.followup.instruments import load_events
from phytovigil.schema.care import LiverFact, LiverReading
from phytovigil.schema.change import NO_CHANGE, TOO_FEW, SkinChange
from phytovigil.schema.diary import RISKS, YES, Alcohol, Diary, Entry, Person, Photo, Risk
from phytovigil.schema.medicines import Finding, InteractionReport
from phytovigil.study.following.exposure import Exposure, UpTo, list_starts, read_day, stand_at
from phytovigil.study.following.scale_answers import Evidence, event_of, start_of

LIVER, PIGMENT, RASH = "liver and bile", "colour of the skin", "rash and allergy"
BREATHING, OTHER = "breathing and waking", ""
"""Groups of the list of events; OTHER is the group of what it does not hold."""

RISKS_BESIDE: Mapping[str, tuple[str, ...]] = {
    LIVER: ("liver-disease", "pregnancy"),
    PIGMENT: ("photosensitiser", "sun-exposure", "skin-condition", "pregnancy"),
    RASH: ("photosensitiser", "sun-exposure", "skin-condition"),
    BREATHING: ("opioid", "sedative"),
    "mind and mood": ("mental-health",),
    "seizure": ("seizure",),
    "heart": ("heart",),
    "withdrawal": ("opioid",),
}
"""By group of the list of events, or by key of an event: risks that can bring it about by themselves."""

MEDICINES_BESIDE: Mapping[str, tuple[str, ...]] = {
    LIVER: ("hepatotoxin",),
    PIGMENT: ("photosensitiser", "pigmenting"),
    RASH: ("photosensitiser",),
    BREATHING: ("sedative",),
    "heart": ("qt-prolonging",),
    "seizure": ("seizure-threshold",),
}
"""By group, or by key of an event: classes of medicines that can bring it about by themselves."""

NAMES = {"bilirubin": "bilirubin", "alt": "ALT", "alp": "ALP", "ast": "AST"}

NEAR = timedelta(days=30)
"""How long before and after an event a measurement or a drink still belongs to it."""

MANY_DRINKS = {"female": 2.0}
MANY_DRINKS_ELSE = 3.0
"""Drinks a day above which RUCAM counts alcohol as a risk (Danan & Teschke 2016)."""


def group_event(entry: Entry) -> str:
    """The group of an event in the list of events, "" where it has no key of it."""
    return list_groups().get(event_of(entry).term, OTHER)


@cache
def list_groups() -> Mapping[str, str]:
    """Groups by key of the list of events."""
    return {event.key: event.group for event in load_events()}


def find_causes(
    diary: Diary, entry: Entry, as_of: date, interactions: Sequence[InteractionReport]
) -> tuple[Evidence, ...]:
    """What else could have brought the event about, as the diary says: risks, other medicines, alcohol."""
    group, term = group_event(entry), event_of(entry).term
    found = find_risks(diary, as_of, RISKS_BESIDE.get(term) or RISKS_BESIDE.get(group, ()))
    classes = MEDICINES_BESIDE.get(term) or MEDICINES_BESIDE.get(group, ())
    suspects = {one.id: one for report in interactions for one in report.findings if one.about in classes}
    begun = find_starts(diary, as_of) if suspects else {}
    for one in suspects.values():
        if fits_in_time(one, group, start_of(entry), begun):
            found.append(say_medicine(one))
    return (*found, *find_alcohol(diary, entry)) if group == LIVER else tuple(found)


def find_risks(diary: Diary, as_of: date, risks: Iterable[str]) -> list[Evidence]:
    """Risks that the person says apply; the newest entry of each counts."""
    newest: dict[str, tuple[Risk, str]] = {}
    for one in stand_at(diary, as_of, "risk"):
        assert isinstance(one.content, Risk)
        newest[one.content.risk] = (one.content, one.id)
    return [
        Evidence(RISKS[risk] + (f" ({newest[risk][0].detail})" if newest[risk][0].detail else ""), (newest[risk][1],))
        for risk in risks
        if risk in newest and newest[risk][0].answer == YES
    ]


def find_starts(diary: Diary, as_of: date) -> Mapping[str, date | None]:
    """First days of courses and days of intakes, by the id of their entry."""
    if isinstance(diary, UpTo) and diary.as_of <= as_of:
        return diary.starts
    return list_starts(stand_at(diary, as_of, "course", "use"))


def fits_in_time(finding: Finding, group: str, begun_on: date, starts: Mapping[str, date | None]) -> bool:
    """Whether a medicine was taken before an event began, and, but for pigment, not long before.

    A substance that pigments the skin may have been left years ago. A start that is not told may have been before.
    """
    days = [starts[entry] for entry in finding.entries if entry in starts]
    before = not days or any(day is None or day <= begun_on for day in days)
    until = read_day(finding.until)
    recent = until is None or until >= begun_on - NEAR
    return before and (recent or group == PIGMENT)


def say_medicine(finding: Finding) -> Evidence:
    """A medicine that can do the same by itself."""
    return Evidence(
        f"{finding.medicine} ({finding.about.replace('-', ' ')}) is taken or was taken too", finding.entries
    )


def find_alcohol(diary: Diary, entry: Entry) -> list[Evidence]:
    """Days with more alcohol than RUCAM passes over, in the 30 days before the event and on its first day."""
    begun = start_of(entry)
    person = [one.content for one in stand_at(diary, begun + NEAR, "person")]
    sex = next((one.sex for one in reversed(person) if isinstance(one, Person)), "")
    limit = MANY_DRINKS.get(sex, MANY_DRINKS_ELSE)
    days = [
        one
        for one in stand_at(diary, begun, "alcohol")[
            len(stand_at(diary, begun - NEAR - timedelta(days=1), "alcohol")) :
        ]
        if isinstance(one.content, Alcohol) and one.content.drinks > limit
    ]
    if not days:
        return []
    word = "day" if len(days) == 1 else "days"
    return [
        Evidence(f"more than {limit:g} drinks on {len(days)} {word} of the month before", tuple(one.id for one in days))
    ]


def find_earlier(diary: Diary, entry: Entry, exposure: Exposure) -> tuple[Evidence, ...]:
    """Events of the same kind that had begun, after the product had, and ended before this one."""
    event, first = event_of(entry), exposure.first[0]
    found = []
    for one in diary.entries("event"):
        other = event_of(one)
        over = read_day(other.ended)
        same = bool(event.term) and other.term == event.term and one.id != entry.id
        if same and first and first <= start_of(one) and over and over < start_of(entry):
            found.append(Evidence(f"the same began on {start_of(one)} and was over on {over}", (one.id,)))
    return tuple(found)


def measure_event(
    diary: Diary, entry: Entry, skin: Sequence[SkinChange], liver: LiverReading | None
) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """Measurements that confirm an event, and measurements that were taken and show nothing."""
    group = group_event(entry)
    if group == PIGMENT:
        measured = [change for change in skin if change.verdict != TOO_FEW]
        shown = [one for one in measured if one.direction and one.direction.pigment]
        quiet = [one for one in measured if one.verdict == NO_CHANGE]
        return tuple(say_skin(diary, one) for one in shown), tuple(say_skin(diary, one) for one in quiet)
    if group == LIVER and liver:
        near = [draw for draw in liver.draws if is_near(draw.day, entry)]
        raised = [draw for draw in near if any(times and times > 1 for times in draw.times.values())]
        whole = [draw for draw in near if all(draw.times.get(test) is not None for test in ("alt", "alp", "bilirubin"))]
        return tuple(map(say_draw, raised[:1])), tuple(map(say_draw, whole[:1])) if not raised else ()
    return (), ()


def is_near(day: date, entry: Entry) -> bool:
    """Whether a day lies within a month of an event; an event without an end goes on."""
    ended = read_day(event_of(entry).ended)
    return start_of(entry) - NEAR <= day and (ended is None or day <= ended + NEAR)


def say_skin(diary: Diary, change: SkinChange) -> Evidence:
    """What the photographs of a site say, with the entries of the present photos."""
    photos = [
        one.id
        for one in diary.entries("photo")
        if isinstance(one.content, Photo)
        and one.content.site in (change.exposed, change.covered)
        and one.day in change.present
    ]
    word = change.direction.name if change.direction else change.verdict
    return Evidence(f"photographs of {change.exposed}: {word}", tuple(photos))


def say_draw(draw: LiverFact) -> Evidence:
    """A draw with its multiples."""
    words = [f"{NAMES[test]} {times:.1f} × its limit" for test, times in draw.times.items() if times is not None]
    return Evidence(f"{', '.join(words)} on {draw.day}", draw.entries)


def find_fall(entry: Entry, liver: LiverReading | None) -> tuple[str, Evidence] | None:
    """A liver test that fell to half of its peak after the product was stopped, and did not rise again.

    The half is what RUCAM counts; how fast it fell is for the clinician, from the table.
    """
    near = [draw for draw in liver.draws if is_near(draw.day, entry)] if liver else []
    last = near[-1] if near else None
    if (
        last is None
        or not last.days_from_stop
        or last.days_from_stop < 1
        or any("second-peak" in d.signs for d in near)
    ):
        return None
    for test in NAMES:
        peak = max(near, key=lambda draw: draw.times.get(test) or 0.0)
        high, now = peak.times.get(test) or 0.0, last.times.get(test)
        if high > 1 and now is not None and now <= high / 2:
            fall = f"{NAMES[test]} fell from {high:.1f} × to {now:.1f} × its limit"
            says = f"{fall}, {last.days_from_stop} days after the stop"
            return POSITIVE, Evidence(says, (*peak.entries, *last.entries))
    return None
