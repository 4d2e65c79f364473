"""Put a draft together: what the diary says, then the person's word, then what follows from both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from phytovigil import __version__
from phytovigil.schema.case_draft import CaseDraft, DraftField
from phytovigil.schema.diary import Diary
from phytovigil.study.following.drafting.answering import apply_answer
from phytovigil.study.following.drafting.derived import duration_field, interval_fields
from phytovigil.study.following.drafting.facts import Facts, gather_facts
from phytovigil.study.following.drafting.measurements import lab_fields, skin_fields
from phytovigil.study.following.drafting.people import history_fields, patient_fields, report_fields
from phytovigil.study.following.drafting.products import TakenProduct, list_products, product_fields
from phytovigil.study.following.drafting.reaction import challenge_fields, reaction_fields
from phytovigil.study.following.drafting.story import story_fields

PROGRAM = "phytovigil"


def draft_report(diary: Diary, event_id: str, as_of: date) -> CaseDraft:
    """A draft of a case report about one event, as the diary stands on a day.

    Fields are filled from the diary and from `answered` entries of scale "report" about the event, whose item is the
    field's key. A field that the person confirmed or changed goes back to be confirmed once the diary says something
    else. Raises InvalidRequest where the diary holds no such event up to that day.
    """
    facts = gather_facts(diary, event_id, as_of)
    products = list_products(facts)
    standing: dict[str, DraftField] = {}
    add(standing, facts, list_fields(facts, products))
    add(standing, facts, [duration_field(standing)])
    for product in products:
        add(standing, facts, interval_fields(product, standing))
    add(standing, facts, story_fields(facts, products, standing))
    return CaseDraft(facts.entry.id, as_of, PROGRAM, __version__, order_blocks(standing.values()))


def list_fields(facts: Facts, products: Iterable[TakenProduct]) -> Iterable[DraftField]:
    """Fields that the diary fills by itself."""
    yield from report_fields(facts)
    yield from patient_fields(facts)
    yield from reaction_fields(facts)
    yield from challenge_fields(facts)
    for product in products:
        yield from product_fields(product, facts)
    yield from lab_fields(facts)
    yield from skin_fields(facts)
    yield from history_fields(facts)


def add(standing: dict[str, DraftField], facts: Facts, fields: Iterable[DraftField]) -> None:
    """Take fields up, each with the person's word on it."""
    standing |= {field.key: apply_answer(field, facts) for field in list(fields)}


def order_blocks(fields: Iterable[DraftField]) -> tuple[DraftField, ...]:
    """Fields of a block side by side, blocks in the order in which they first come."""
    listed = list(fields)
    places = {block: place for place, block in enumerate(dict.fromkeys(field.block for field in listed))}
    return tuple(sorted(listed, key=lambda field: places[field.block]))
