"""What a diary answers of the Naranjo scale and the WHO-UMC system for one event, and which of its entries say so.

An answer is never made of silence: that no other cause is written down excludes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from phytovigil.cases.causality.dechallenge import NEGATIVE, POSITIVE
from phytovigil.cases.causality.from_report import answer_naranjo, answer_who_umc
from phytovigil.cases.causality.naranjo import NO, NOT_DONE, YES
from phytovigil.cases.causality.time_to_onset import Onset
from phytovigil.cases.causality.who_umc import NOT_MET
from phytovigil.schema.causality import Answer
from phytovigil.schema.diary import YES as TOLD_YES
from phytovigil.schema.diary import Entry, Event
from phytovigil.study.following.exposure import Exposure, read_day

CHALLENGE = {"yes": POSITIVE, "no": NEGATIVE}
NOT_STOPPED = "the product was not stopped since the event began"
IN_THEIR_WORDS = "as the entry of the event says"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, the ids of the entries that it rests on, and whether a person gave it for the scale."""

    answer: Answer
    entries: tuple[str, ...] = ()
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something in the diary that bears on an answer. says : part of a sentence."""

    says: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Everything that the diary holds of one event and the scales ask for.

    dechallenge, rechallenge : what followed, None where it is not known. not_stopped : the courses say that the product
    went on. causes : what else could bring it about. objective : measured signs; measured_none : measured, and none
    found. earlier : events of the same kind after the product was begun.
    """

    entry: Entry
    onset: Onset
    onset_entries: tuple[str, ...]
    dechallenge: tuple[str, Evidence] | None
    rechallenge: tuple[str, Evidence] | None
    not_stopped: tuple[str, ...]
    causes: tuple[Evidence, ...]
    objective: tuple[Evidence, ...]
    measured_none: tuple[Evidence, ...]
    earlier: tuple[Evidence, ...]


def answer_scales(facts: EventFacts) -> tuple[dict[str, Said], dict[str, Said]]:
    """Answers to items of the Naranjo scale, and to criteria of the WHO-UMC system."""
    words = tuple(found and found[0] for found in (facts.dechallenge, facts.rechallenge))
    reasons = list_reasons(facts)
    suspected = bool(facts.causes)
    naranjo = name_reasons(answer_naranjo(facts.onset, *words, other_suspects=suspected), reasons)
    who_umc = name_reasons(answer_who_umc(facts.onset, *words, other_suspects=suspected), reasons)
    return naranjo | answer_measured(facts) | mark_not_stopped(facts, naranjo), who_umc | judge_not_stopped(
        facts, who_umc
    )


def list_reasons(facts: EventFacts) -> dict[str, Evidence]:
    """Why each item is answered, where it is."""
    reasons = {key: Evidence(say_onset(facts.onset), facts.onset_entries) for key in ("after_product", "timing")}
    if facts.dechallenge:
        reasons |= dict.fromkeys(("improved", "withdrawal"), facts.dechallenge[1])
    if facts.rechallenge:
        reasons |= dict.fromkeys(("reappeared", "rechallenge"), facts.rechallenge[1])
    return reasons | dict.fromkeys(("other_causes", "other_unlikely", "other_excluded"), join_evidence(facts.causes))


def name_reasons(answers: Mapping[str, Answer], reasons: Mapping[str, Evidence]) -> dict[str, Said]:
    """Answers with what the diary says for them."""
    return {
        key: Said(Answer(answer.answer, reasons[key].says), reasons[key].entries) for key, answer in answers.items()
    }


def answer_measured(facts: EventFacts) -> dict[str, Said]:
    """What measurements and earlier events answer of the Naranjo scale."""
    found = {}
    if facts.objective or facts.measured_none:
        reason = join_evidence(facts.objective or facts.measured_none)
        found["objective"] = Said(Answer(YES if facts.objective else NO, reason.says), reason.entries)
    if facts.earlier:
        reason = join_evidence(facts.earlier)
        found["earlier_reaction"] = Said(Answer(YES, reason.says), reason.entries)
    return found


def mark_not_stopped(facts: EventFacts, answered: Mapping[str, Said]) -> dict[str, Said]:
    """Without a stop, nothing got better or came back by one: as of this day that is settled and worth nothing."""
    if not facts.not_stopped:
        return {}
    done = Said(Answer(NOT_DONE, NOT_STOPPED), facts.not_stopped)
    return {key: done for key in ("improved", "reappeared") if key not in answered}


def judge_not_stopped(facts: EventFacts, answered: Mapping[str, Said]) -> dict[str, Said]:
    """Without a stop the criterion of the withdrawal is not met as of this day."""
    if not facts.not_stopped or "withdrawal" in answered:
        return {}
    return {"withdrawal": Said(Answer(NOT_MET, NOT_STOPPED), facts.not_stopped)}


def join_evidence(several: Iterable[Evidence]) -> Evidence:
    """Several pieces as one.

    >>> join_evidence([Evidence("sun", ("1",)), Evidence("a tablet", ("2", "1"))])
    Evidence(says='sun; a tablet', entries=('1', '2'))
    """
    listed = tuple(several)
    entries = dict.fromkeys(entry for one in listed for entry in one.entries)
    return Evidence("; ".join(one.says for one in listed), tuple(entries))


def say_onset(onset: Onset) -> str:
    """The order in time in words.

    >>> say_onset(Onset("exact", 27, 27)), say_onset(Onset("before-start", -3, -3))
    ('it began 27 days after the product was first taken', 'it began 3 days before the product was first taken')
    """
    if onset.low is None:
        return "the diary does not say when the product was first taken"
    days = abs(onset.low)
    span = "on the day on which" if not days else f"{days} {'day' if days == 1 else 'days'}"
    if not days:
        return f"it began {span} the product was first taken"
    return f"it began {span} {'before' if onset.low < 0 else 'after'} the product was first taken"


def read_dechallenge(entry: Entry, exposure: Exposure) -> tuple[str, Evidence] | None:
    """What followed a stop of the product: in the person's words, or from the dates where the event ended after it."""
    event = event_of(entry)
    if event.improved_off in CHALLENGE:
        said = "better" if event.improved_off == TOLD_YES else "not better"
        return CHALLENGE[event.improved_off], Evidence(
            f"{said} after the product was stopped, {IN_THEIR_WORDS}", (entry.id,)
        )
    begun, ended = start_of(entry), read_day(event.ended)
    stops = [one for one in exposure.stretches if one.stop and ended and begun <= one.stop <= ended]
    if not stops or not ended or not event.outcome.startswith(("recovered", "recovering")):
        return None
    days = (ended - (stops[-1].stop or ended)).days
    return POSITIVE, Evidence(f"it ended {days} days after the product was stopped", (entry.id, *stops[-1].entries))


def read_rechallenge(entry: Entry) -> tuple[str, Evidence] | None:
    """What followed when the product was taken again, in the person's words."""
    event = event_of(entry)
    if event.back_on not in CHALLENGE:
        return None
    said = "it came back" if event.back_on == TOLD_YES else "it did not come back"
    return CHALLENGE[event.back_on], Evidence(f"{said} when the product was taken again, {IN_THEIR_WORDS}", (entry.id,))


def event_of(entry: Entry) -> Event:
    """The event of an entry of that kind."""
    assert isinstance(entry.content, Event)
    return entry.content


def start_of(entry: Entry) -> date:
    """First day of an event: as it says, else the day that its entry is about."""
    return read_day(event_of(entry).started) or entry.day
