"""The WHO-UMC system: which categories of causality the answers to its published criteria leave possible.

The Uppsala Monitoring Centre, The use of the WHO-UMC system for standardised case causality assessment; free to use
with attribution. The criteria are worded anew. The system is a judgement: "all points should be reasonably complied
with". Our reading, where it leaves a choice: an improbable time alone makes a case unlikely; what is neither certain
nor probable, and has a reasonable time, is possible; information that does not suffice makes it conditional where
more can be had, else unassessable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from phytovigil.schema.causality import UNKNOWN, Answer

MET, NOT_MET, NOT_NEEDED = "met", "not met", "not needed"
ANSWERS = (MET, NOT_MET, UNKNOWN)

CRITERIA: Mapping[str, str] = {
    "information": "The information suffices to judge, and does not contradict itself.",
    "more_data": "Where it does not suffice: more can be had, or is being looked at.",
    "timing": "The time from taking the product to the event is reasonable.",
    "other_unlikely": "Disease and other products are unlikely to have caused the event.",
    "other_excluded": "Disease and other products cannot explain the event.",
    "withdrawal": "What followed the withdrawal is clinically reasonable.",
    "definitive": "The event is definitive: a specific disorder, or a recognised effect of the substance.",
    "rechallenge": "Taking it again gave a satisfactory answer, if that was necessary.",
}
"""The points of the system, as statements that are met or not; a rechallenge may also be “not needed”."""

CERTAIN, PROBABLE, POSSIBLE = "certain", "probable", "possible"
UNLIKELY, CONDITIONAL, UNASSESSABLE = "unlikely", "conditional", "unassessable"
CATEGORIES = (CERTAIN, PROBABLE, POSSIBLE, UNLIKELY, CONDITIONAL, UNASSESSABLE)


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion with its answer."""

    key: str
    statement: str
    answer: str
    why: str


@dataclass(frozen=True, slots=True)
class OpenCriterion:
    """An unknown criterion: the categories that remain if it is met, and if it is not."""

    key: str
    statement: str
    if_met: tuple[str, ...]
    if_not_met: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhoUmc:
    """The system as far as it is answered.

    categories : all that remain possible. as_it_stands : where the case belongs while nothing more is known.
    """

    criteria: tuple[Criterion, ...]
    categories: tuple[str, ...]
    as_it_stands: str
    open_criteria: tuple[OpenCriterion, ...]


def assess_who_umc(answers: Mapping[str, Answer]) -> WhoUmc:
    """The categories that remain possible, and what each open criterion would leave of them.

    answers : by key of CRITERIA, each of ANSWERS (rechallenge also "not needed"); what is missing is unknown.

    >>> found = assess_who_umc({
    ...     "information": Answer("met"), "timing": Answer("met"), "other_unlikely": Answer("met"),
    ...     "withdrawal": Answer("not met")})
    >>> found.categories, found.as_it_stands
    (('possible',), 'possible')
    """
    given = {key: answers.get(key, Answer()) for key in CRITERIA}
    plain = {key: answer.answer for key, answer in given.items()}
    remaining = remain(plain)
    questions = [
        OpenCriterion(key, CRITERIA[key], remain({**plain, key: MET}), remain({**plain, key: NOT_MET}))
        for key in CRITERIA
        if plain[key] == UNKNOWN
    ]
    telling = [question for question in questions if {question.if_met, question.if_not_met} != {remaining}]
    return WhoUmc(
        tuple(Criterion(key, CRITERIA[key], given[key].answer, given[key].why) for key in CRITERIA),
        remaining,
        stand(plain),
        tuple(sorted(telling, key=lambda question: max(len(question.if_met), len(question.if_not_met)))),
    )


def remain(answers: Mapping[str, str]) -> tuple[str, ...]:
    """The categories over all ways to answer what is unknown, in the order of CATEGORIES."""
    found = {classify(answered) for answered in complete(answers)}
    return tuple(category for category in CATEGORIES if category in found)


def complete(answers: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Every way to answer what is unknown without contradicting itself: what is excluded is also unlikely."""
    options = [(MET, NOT_MET) if answers[key] == UNKNOWN else (answers[key],) for key in CRITERIA]
    for chosen in product(*options):
        answered = dict(zip(CRITERIA, chosen, strict=True))
        if not (answered["other_excluded"] == MET and answered["other_unlikely"] == NOT_MET):
            yield answered


def classify(answered: Mapping[str, str]) -> str:
    """The category of a case with every criterion met, not met or not needed."""
    met = {key for key, answer in answered.items() if answer in (MET, NOT_NEEDED)}
    if "information" not in met:
        return CONDITIONAL if "more_data" in met else UNASSESSABLE
    if "timing" not in met:
        return UNLIKELY
    if met >= {"other_excluded", "withdrawal", "definitive", "rechallenge"}:
        return CERTAIN
    return PROBABLE if met >= {"other_unlikely", "withdrawal"} else POSSIBLE


def stand(answers: Mapping[str, str]) -> str:
    """The category while nothing more is known: no point counts as complied with unless it is known to be met.

    Without a known time relation, or with information that does not suffice, it waits for data.
    """
    if answers["information"] != NOT_MET and answers["timing"] != UNKNOWN:
        settled = {key: NOT_MET if answer == UNKNOWN else answer for key, answer in answers.items()}
        return classify({**settled, "information": MET})
    return UNASSESSABLE if answers["more_data"] == NOT_MET else CONDITIONAL
