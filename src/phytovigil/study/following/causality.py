"""Causality of one event of a diary: WHO-UMC and Naranjo side by side, each as far as the diary can answer.

Every answer names the entries that it rests on. What a person answered for a scale stands before what follows from the
diary; where the two differ, that is said. RUCAM is scored by a clinician: the diary gives only the data for it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from phytovigil.cases.causality import naranjo, who_umc
from phytovigil.cases.causality.dechallenge import NEGATIVE, PIGMENT_NOTE
from phytovigil.cases.causality.time_to_onset import BEFORE, NO_START, Onset, measure_onset
from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.schema.care import LiverReading
from phytovigil.schema.causality import UNKNOWN, Answer
from phytovigil.schema.change import SkinChange
from phytovigil.schema.diary import Answered, Diary, Entry
from phytovigil.schema.medicines import InteractionReport
from phytovigil.study.assessing import BESIDE, describe_naranjo, describe_onset, describe_who_umc
from phytovigil.study.following.event_evidence import (
    LIVER,
    PIGMENT,
    find_causes,
    find_earlier,
    find_fall,
    group_event,
    measure_event,
)
from phytovigil.study.following.exposure import Exposure, read_exposure, stand_at
from phytovigil.study.following.scale_answers import (
    EventFacts,
    Said,
    answer_scales,
    event_of,
    read_dechallenge,
    read_rechallenge,
    start_of,
)

NARANJO, WHO_UMC = "naranjo", "who_umc"
TAKEN: Mapping[str, Mapping[str, Sequence[str]]] = {
    NARANJO: dict.fromkeys(naranjo.QUESTIONS, naranjo.ANSWERS),
    WHO_UMC: {
        **dict.fromkeys(who_umc.CRITERIA, who_umc.ANSWERS),
        "rechallenge": (*who_umc.ANSWERS, who_umc.NOT_NEEDED),
    },
}
"""Items of both scales with the answers that each takes."""

QUESTIONS = {key: asked for key, (asked, _, _) in naranjo.QUESTIONS.items()} | dict(who_umc.CRITERIA)

FOR_RUCAM = (
    "RUCAM is scored by a clinician. The table of liver tests holds what the diary knows of it; tests for viruses, "
    "imaging and other causes are not in a diary."
)
DIFFERS = "{question} Answered “{given}”, while the diary by itself says “{derived}” ({why})."
BY_DIARY, BY_PERSON, BY_NOBODY = "diary", "answered", "open"


def nothing_checked(entry: Entry) -> tuple[InteractionReport, ...]:
    """No report on medicines."""
    return ()


def assess_events(
    diary: Diary,
    as_of: date,
    *,
    interactions: Callable[[Entry], Sequence[InteractionReport]] = nothing_checked,
    skin: Sequence[SkinChange] = (),
    liver: LiverReading | None = None,
) -> list[dict[str, Any]]:
    """Every event of a diary up to a day, newest first; see `assess_event`.

    interactions : from the entry of an event to the reports on the person's medicines that count for it.
    """
    exposure = read_exposure(diary, as_of)
    return [
        describe_event(diary, entry, as_of, exposure, interactions(entry), skin, liver)
        for entry in reversed(stand_at(diary, as_of, "event"))
    ]


def assess_event(
    diary: Diary,
    event_id: str,
    as_of: date,
    *,
    interactions: Sequence[InteractionReport] = (),
    skin: Sequence[SkinChange] = (),
    liver: LiverReading | None = None,
) -> dict[str, Any]:
    """One event on both scales, as JSON-able data.

    event_id : id of its entry. as_of : entries after that day are not read. interactions, skin, liver : what the other
    parts of the program read from the same diary, of medicines as of one day or several; without them, the answers that
    rest on them stay unknown.
    Raises UnknownName for an id that no event has, InvalidRequest for an answer that a scale does not take.
    """
    entry = find_event_entry(diary, event_id, as_of)
    return describe_event(diary, entry, as_of, read_exposure(diary, as_of), interactions, skin, liver)


def describe_event(
    diary: Diary,
    entry: Entry,
    as_of: date,
    exposure: Exposure,
    interactions: Sequence[InteractionReport],
    skin: Sequence[SkinChange],
    liver: LiverReading | None,
) -> dict[str, Any]:
    """The event of an entry on both scales."""
    facts = gather_facts(diary, entry, as_of, exposure, interactions, skin, liver)
    derived = dict(zip((NARANJO, WHO_UMC), answer_scales(facts), strict=True))
    given = {scale: read_answers(diary, entry, as_of, scale) for scale in TAKEN}
    check_agreement(given[WHO_UMC])
    merged = {scale: merge_answers(derived[scale], given[scale]) for scale in TAKEN}
    event = event_of(entry)
    return {
        "event": entry.id,
        "verbatim": event.verbatim,
        "term": event.term,
        "grade": event.grade,
        "started": start_of(entry).isoformat(),
        "ended": event.ended,
        "outcome": event.outcome,
        "serious": list(event.serious),
        "product": exposure.followed.node,
        "onset": {**describe_onset(facts.onset), "entries": list(facts.onset_entries)},
        "naranjo": with_origins(
            describe_naranjo(naranjo.assess_naranjo(plain(merged[NARANJO]))), "items", merged[NARANJO]
        ),
        "who_umc": with_origins(
            describe_who_umc(who_umc.assess_who_umc(plain(merged[WHO_UMC]))), "criteria", merged[WHO_UMC]
        ),
        "differences": [line for scale in TAKEN for line in list_differences(derived[scale], given[scale])],
        "notes": list_notes(facts),
    }


def find_event_entry(diary: Diary, event_id: str, as_of: date) -> Entry:
    """The entry of an event; raises UnknownName with near ids."""
    events = {entry.id: entry for entry in stand_at(diary, as_of, "event")}
    if event_id not in events:
        near = difflib.get_close_matches(event_id, events, n=2)
        hint = "`phytovigil follow list event` shows the events." if events else "It holds no event."
        raise UnknownName("event", event_id, f"the diary up to {as_of}", near, hint)
    return events[event_id]


def gather_facts(
    diary: Diary,
    entry: Entry,
    as_of: date,
    exposure: Exposure,
    interactions: Sequence[InteractionReport],
    skin: Sequence[SkinChange],
    liver: LiverReading | None,
) -> EventFacts:
    """What the diary holds of an event."""
    objective, measured_none = measure_event(diary, entry, skin, liver)
    onset, onset_entries = read_onset(entry, exposure)
    dechallenge = read_dechallenge(entry, exposure)
    if dechallenge is None and group_event(entry) == LIVER:
        dechallenge = find_fall(entry, liver)
    stopped_since = any(stretch.stop and stretch.stop >= start_of(entry) for stretch in exposure.stretches)
    open_courses = tuple(one for stretch in exposure.stretches if stretch.stop is None for one in stretch.entries)
    return EventFacts(
        entry,
        onset,
        onset_entries,
        dechallenge,
        read_rechallenge(entry),
        () if stopped_since else open_courses,
        find_causes(diary, entry, as_of, interactions),
        objective,
        measured_none,
        find_earlier(diary, entry, exposure),
    )


def read_onset(entry: Entry, exposure: Exposure) -> tuple[Onset, tuple[str, ...]]:
    """Days from the start of the product to the event.

    Where only intakes are written down, the first of them may not be the start: an event before it says nothing.
    """
    start, entries, is_start = exposure.first
    onset = measure_onset(start.isoformat() if start else None, start_of(entry).isoformat())
    if onset.status == BEFORE and not is_start:
        return Onset(NO_START), ()
    return onset, (entry.id, *entries) if start else ()


def read_answers(diary: Diary, entry: Entry, as_of: date, scale: str) -> dict[str, Said]:
    """What a person answered to items of a scale for this event; the newest answer counts.

    Raises InvalidRequest for an item or an answer that the scale does not have.
    """
    found: dict[str, Said] = {}
    for one in stand_at(diary, as_of, "answered"):
        said = one.content
        if isinstance(said, Answered) and said.scale == scale and said.about in {entry.id, entry.corrects} - {""}:
            check_answer(one, said)
            found[said.item] = Said(Answer(said.answer or UNKNOWN, said.why), (one.id,), by_person=True)
    return found


def check_answer(entry: Entry, said: Answered) -> None:
    """Refuse an item or an answer that the scale does not have."""
    items = TAKEN[said.scale]
    known: Sequence[str] = items.get(said.item, ()) or tuple(items)
    word = (said.answer or UNKNOWN) if said.item in items else said.item
    if word not in known:
        near = difflib.get_close_matches(word, known, n=1)
        hint = f"Did you mean “{near[0]}”?" if near else f"It is one of {', '.join(known)}."
        raise InvalidRequest(f"entry {entry.id} answers “{word}”, which {said.scale} does not take.", hint)


def check_agreement(given: Mapping[str, Said]) -> None:
    """Refuse other causes that are excluded and not even unlikely."""
    words = {key: said.answer.answer for key, said in given.items()}
    if words.get("other_excluded") == who_umc.MET and words.get("other_unlikely") == who_umc.NOT_MET:
        raise InvalidRequest(
            "other causes are answered as excluded (other_excluded) and as not unlikely (other_unlikely).",
            "Answer one of the two anew.",
        )


def merge_answers(derived: Mapping[str, Said], given: Mapping[str, Said]) -> dict[str, Said]:
    """A person's answers, and what follows from the diary where they gave none.

    A person who excludes other causes also says that these are unlikely.
    """
    kept = dict(derived)
    if "other_excluded" in given and given["other_excluded"].answer.answer == who_umc.MET:
        kept.pop("other_unlikely", None)
    if "other_unlikely" in given and given["other_unlikely"].answer.answer == who_umc.MET:
        kept.pop("other_excluded", None)
    return kept | {key: said for key, said in given.items() if said.answer.answer != UNKNOWN or key not in kept}


def plain(answers: Mapping[str, Said]) -> dict[str, Answer]:
    """The answers alone."""
    return {key: said.answer for key, said in answers.items()}


def with_origins(scale: dict[str, Any], items: str, answers: Mapping[str, Said]) -> dict[str, Any]:
    """A scale whose items say by whom they are answered and on which entries that rests."""
    for item in scale[items]:
        said = answers.get(item["key"])
        settled = said is not None and said.answer.answer != UNKNOWN
        item["by"] = BY_NOBODY if not said or not settled else BY_PERSON if said.by_person else BY_DIARY
        item["entries"] = list(said.entries) if said else []
    return scale


def list_differences(derived: Mapping[str, Said], given: Mapping[str, Said]) -> list[str]:
    """Where a person's answer is another one than what follows from the diary."""
    return [
        DIFFERS.format(
            question=QUESTIONS[key],
            given=said.answer.answer,
            derived=derived[key].answer.answer,
            why=derived[key].answer.why,
        )
        for key, said in given.items()
        if key in derived and said.answer.answer not in (UNKNOWN, derived[key].answer.answer)
    ]


def list_notes(facts: EventFacts) -> list[str]:
    """What must be said beside the scales."""
    group = group_event(facts.entry)
    negative = facts.dechallenge is not None and facts.dechallenge[0] == NEGATIVE
    notes = [BESIDE]
    notes += [PIGMENT_NOTE] if group == PIGMENT and negative else []
    notes += [FOR_RUCAM] if group == LIVER else []
    return notes
