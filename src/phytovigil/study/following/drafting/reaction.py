"""Fields on the reaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from phytovigil.schema.case_draft import REACTION, DraftField
from phytovigil.schema.diary import OUTCOMES, SERIOUS, UNKNOWN, YES
from phytovigil.study.following.drafting.facts import Facts
from phytovigil.study.following.drafting.fields import NOT_ASKED, YES_NO, make_field

BLOCK = "Reaction"

SERIOUSNESS: Mapping[str, tuple[str, str]] = {
    "death": ("E.i.3.2a", "The person died of it"),
    "life-threatening": ("E.i.3.2b", "It put life in danger"),
    "hospital": ("E.i.3.2c", "It led to a stay in hospital, or a longer one"),
    "disability": ("E.i.3.2d", "It left a disability"),
    "congenital": ("E.i.3.2e", "It harmed a child before birth"),
    "important": ("E.i.3.2f", "It was medically important in another way"),
}
NOT_CODED = "the code of the medical dictionary (MedDRA) is set when the report is sent"
IN_WORDS = "the code is set when the report is sent; no name of the list of events was chosen"
LANGUAGE = "three letters, such as eng, fra or tha; the program does not guess it"


def reaction_fields(facts: Facts) -> Iterator[DraftField]:
    """What happened, when, how it ended and how serious it was."""
    event, entry = facts.event, facts.entry
    yield make_field(
        "reaction/verbatim",
        "E.i.1.1a",
        BLOCK,
        "What happened, in your words",
        event.verbatim,
        entry,
        criterion=REACTION,
    )
    yield make_field("reaction/language", "E.i.1.1b", BLOCK, "Language of these words", why=LANGUAGE)
    term = name_term(event.term)
    why = NOT_CODED if term else IN_WORDS
    yield make_field("reaction/term", "E.i.2.1b", BLOCK, "Name by the list of events", term, entry, why=why)
    why = "" if event.started else "the day that the entry is about; say if it began earlier"
    start = event.started or facts.onset.isoformat()
    yield make_field("reaction/start", "E.i.4", BLOCK, "First day", day_text(start), entry, why=why, date=True)
    yield make_field("reaction/end", "E.i.5", BLOCK, "Last day", day_text(event.ended), entry, date=True)
    outcome, known = ("", tuple(one for one in OUTCOMES if one != UNKNOWN))
    outcome = event.outcome if event.outcome in known else ""
    yield make_field("reaction/outcome", "E.i.7", BLOCK, "How it ended", outcome, entry, choices=known)
    for name in SERIOUS:
        element, label = SERIOUSNESS[name]
        yield make_field(
            f"reaction/serious/{name}",
            element,
            BLOCK,
            label,
            YES if name in event.serious else "",
            entry,
            choices=YES_NO,
        )
    grade = f"grade {event.grade} by {event.criteria}" if event.grade else ""
    yield make_field("reaction/grade", "H.1", BLOCK, "How severe", grade, entry)
    yield make_field("reaction/where", "H.1", BLOCK, "Where on the body", event.where, entry)
    yield make_field("reaction/confirmed", "E.i.8", BLOCK, "A clinician has confirmed it", choices=YES_NO)


def challenge_fields(facts: Facts) -> Iterator[DraftField]:
    """What followed when the product was stopped, and taken again."""
    event, entry = facts.event, facts.entry
    improved = "" if event.improved_off == UNKNOWN else event.improved_off
    label = "Better after the product was stopped"
    yield make_field("reaction/improved", "H.1", BLOCK, label, improved, entry, choices=YES_NO)
    back = "" if event.back_on == UNKNOWN else event.back_on
    label = "Back when the product was taken again"
    why = "" if back else f"{NOT_ASKED}; leave it out if the product was not taken again"
    yield make_field("reaction/back", "G.k.9.i.4", BLOCK, label, back, entry, why=why, choices=YES_NO)


def name_term(key: str) -> str:
    """The name of an event of the list; a key that the list does not hold stays as it is.

    >>> name_term("yellow-eyes"), name_term("")
    ('yellow eyes', '')
    """
    from phytovigil.followup.instruments import load_events

    return next((event.name for event in load_events() if event.key == key), key)


def day_text(text: str) -> str:
    """The day of an ISO text; the hour is not asked for."""
    from phytovigil.study.following.exposure import read_day

    day = read_day(text)
    return day.isoformat() if day else ""
