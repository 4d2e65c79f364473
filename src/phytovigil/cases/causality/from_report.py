"""What a structured report answers of the scales: little, so that their ranges stay wide.

Only time order, dechallenge, rechallenge and further suspects can be read without a narrative. An answer is never
made of silence: that no other product is named does not exclude another cause.
"""

from __future__ import annotations

from phytovigil.cases.causality.dechallenge import NEGATIVE, NOT_APPLICABLE, POSITIVE
from phytovigil.cases.causality.naranjo import NO, NOT_DONE, YES
from phytovigil.cases.causality.time_to_onset import Onset
from phytovigil.cases.causality.who_umc import MET, NOT_MET
from phytovigil.schema.causality import Answer

BY_DATES, BY_STOP, BY_RETURN = "from the dates", "from the dechallenge", "from the rechallenge"
BY_SUSPECTS = "another product is suspected too"


def answer_naranjo(
    onset: Onset, dechallenge: str | None, rechallenge: str | None, *, other_suspects: bool = False
) -> dict[str, Answer]:
    """Answers to items of the Naranjo scale that the report gives.

    >>> from phytovigil.cases.causality.time_to_onset import measure_onset
    >>> found = answer_naranjo(measure_onset("2019", "2020"), "negative", None, other_suspects=True)
    >>> {key: answer.answer for key, answer in found.items()}
    {'after_product': 'yes', 'improved': 'no', 'other_causes': 'yes'}
    """
    found = {}
    if onset.after is not None:
        found["after_product"] = Answer(YES if onset.after else NO, BY_DATES)
    if dechallenge in (POSITIVE, NEGATIVE):
        found["improved"] = Answer(YES if dechallenge == POSITIVE else NO, BY_STOP)
    if rechallenge in (POSITIVE, NEGATIVE, NOT_APPLICABLE):
        found["reappeared"] = Answer({POSITIVE: YES, NEGATIVE: NO}.get(rechallenge, NOT_DONE), BY_RETURN)
    if other_suspects:
        found["other_causes"] = Answer(YES, BY_SUSPECTS)
    return found


def answer_who_umc(
    onset: Onset, dechallenge: str | None, rechallenge: str | None, *, other_suspects: bool = False
) -> dict[str, Answer]:
    """Answers to criteria of the WHO-UMC system that the report gives.

    That an event came after the start does not make its time reasonable; one that came before settles the criterion.
    """
    found = {}
    if onset.after is False:
        found["timing"] = Answer(NOT_MET, BY_DATES)
    if dechallenge in (POSITIVE, NEGATIVE):
        found["withdrawal"] = Answer(MET if dechallenge == POSITIVE else NOT_MET, BY_STOP)
    if rechallenge in (POSITIVE, NEGATIVE):
        found["rechallenge"] = Answer(MET if rechallenge == POSITIVE else NOT_MET, BY_RETURN)
    if other_suspects:
        found |= dict.fromkeys(("other_unlikely", "other_excluded"), Answer(NOT_MET, BY_SUSPECTS))
    return found
