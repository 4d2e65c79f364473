"""The adverse drug reaction probability scale of Naranjo et al., item by item, with the range over unknown answers.

Naranjo CA, Busto U, Sellers EM, et al. Clin Pharmacol Ther 1981;30:239-245, doi:10.1038/clpt.1981.154. The questions
are worded anew. The printed form has a third answer for what is not known, worth 0. Here it is two: "not done" is
settled and worth 0 (nobody gave a placebo, no level was measured, it can no longer be known); "unknown" may still
become any of the three, and opens the range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from phytovigil.cases.causality.ranges import Item, OpenQuestion, add_points, list_open, span_bands
from phytovigil.schema.causality import UNKNOWN, Answer

YES, NO, NOT_DONE = "yes", "no", "not done"
ANSWERS = (YES, NO, NOT_DONE, UNKNOWN)

QUESTIONS: Mapping[str, tuple[str, int, int]] = {
    "previous_reports": ("Do earlier conclusive reports establish this reaction to the product?", 1, 0),
    "after_product": ("Did the event begin after the product was taken?", 2, -1),
    "improved": ("Did it get better once the product was stopped, or a specific antidote was given?", 1, 0),
    "reappeared": ("Did it come back when the product was taken again?", 2, -1),
    "other_causes": ("Is there another cause that could have brought it about by itself?", -1, 2),
    "placebo": ("Did it come back with a placebo?", -1, 1),
    "toxic_level": ("Was the substance found in blood or another fluid at a level known to be toxic?", 1, 0),
    "dose_response": ("Was it worse with a higher dose, or milder with a lower one?", 1, 0),
    "earlier_reaction": ("Had the person reacted alike to the same or a similar product before?", 1, 0),
    "objective": ("Was the event confirmed by objective evidence?", 1, 0),
}
"""Items in the order of the scale: question, points of yes, points of no."""

BANDS = (("definite", 9), ("probable", 5), ("possible", 1), ("doubtful", None))


@dataclass(frozen=True, slots=True)
class Naranjo:
    """The scale as far as it is answered. low, high : of the total. counting_zero : with every unknown counted 0."""

    items: tuple[Item, ...]
    low: int
    high: int
    counting_zero: int
    categories: tuple[str, ...]
    open_questions: tuple[OpenQuestion, ...]


def assess_naranjo(answers: Mapping[str, Answer]) -> Naranjo:
    """The range of the total and the categories that it spans.

    answers : by key of QUESTIONS, each of ANSWERS; what is missing is unknown.

    >>> known = {"after_product": Answer("yes"), "other_causes": Answer("no"), "improved": Answer("no")}
    >>> rest = dict.fromkeys(QUESTIONS, Answer("not done")) | known | {"objective": Answer()}
    >>> found = assess_naranjo(rest)
    >>> found.low, found.high, found.categories
    (4, 5, ('probable', 'possible'))
    """
    items = tuple(weigh_item(key, answers.get(key, Answer())) for key in QUESTIONS)
    totals = add_points(item.points for item in items)
    return Naranjo(
        items,
        totals[0],
        totals[-1],
        sum(item.points[0] for item in items if len(item.points) == 1),
        span_bands(totals, BANDS),
        list_open(items, BANDS),
    )


def weigh_item(key: str, given: Answer) -> Item:
    """One item with the points that it can get."""
    question, yes, no = QUESTIONS[key]
    worth = {YES: (yes,), NO: (no,), NOT_DONE: (0,)}
    if given.answer != UNKNOWN:
        return Item(key, question, given.answer, given.why, worth[given.answer])
    return Item(key, question, UNKNOWN, given.why, tuple(sorted({yes, no, 0})), worth)
