"""The WHO-UMC system: each category from the points that are printed for it, and what unknown points leave possible."""

from __future__ import annotations

import itertools
import random

import pytest

from phytovigil.cases.causality.who_umc import CATEGORIES, CRITERIA, assess_who_umc
from phytovigil.schema.causality import Answer

JUDGED = {"information": "met", "more_data": "not met"}
CERTAIN = {**JUDGED, **dict.fromkeys(("timing", "other_unlikely", "other_excluded", "withdrawal", "definitive"), "met")}


def ask(answers: dict[str, str]) -> tuple[tuple[str, ...], str]:
    found = assess_who_umc({key: Answer(answer) for key, answer in answers.items()})
    return found.categories, found.as_it_stands


@pytest.mark.parametrize(
    ("answers", "category"),
    [
        ({**CERTAIN, "rechallenge": "met"}, "certain"),
        ({**CERTAIN, "rechallenge": "not needed"}, "certain"),
        ({**CERTAIN, "rechallenge": "not met"}, "probable"),
        ({**CERTAIN, "rechallenge": "met", "definitive": "not met"}, "probable"),
        ({**CERTAIN, "rechallenge": "not met", "other_excluded": "not met"}, "probable"),
        ({**CERTAIN, "rechallenge": "met", "withdrawal": "not met"}, "possible"),
        ({**CERTAIN, "rechallenge": "met", "other_excluded": "not met", "other_unlikely": "not met"}, "possible"),
        ({**CERTAIN, "rechallenge": "met", "timing": "not met"}, "unlikely"),
        ({**CERTAIN, "rechallenge": "met", "information": "not met", "more_data": "met"}, "conditional"),
        ({**CERTAIN, "rechallenge": "met", "information": "not met"}, "unassessable"),
    ],
)
def test_settled_points_give_one_category(answers: dict[str, str], category: str) -> None:
    assert ask(answers) == ((category,), category)


def test_nothing_known_leaves_everything_possible_and_waits_for_data() -> None:
    assert ask({}) == (CATEGORIES, "conditional")
    assert ask({"more_data": "not met"})[1] == "unassessable"


def test_no_answer_to_the_withdrawal_is_enough_for_possible() -> None:
    """The published case: withdrawal gave no response, so neither certain nor probable is left."""
    known = {"information": "met", "timing": "met", "withdrawal": "not met", "definitive": "not met"}
    assert ask(known) == (("possible",), "possible")


def test_unknown_points_are_never_counted_as_met_while_it_stands() -> None:
    known = {"information": "met", "timing": "met", "other_unlikely": "met"}
    assert ask(known) == (("certain", "probable", "possible"), "possible")


@pytest.mark.parametrize("seed", range(30))
def test_remaining_categories_are_those_of_every_consistent_answer(seed: int) -> None:
    """By trying every answer, and asking again with it."""
    draw = random.Random(seed)
    answers = {key: draw.choice(("met", "not met", "unknown")) for key in CRITERIA}
    if answers["other_excluded"] == "met":
        answers["other_unlikely"] = "met"
    open_keys = [key for key, answer in answers.items() if answer == "unknown"]
    seen: set[str] = set()
    for chosen in itertools.product(("met", "not met"), repeat=len(open_keys)):
        settled = {**answers, **dict(zip(open_keys, chosen, strict=True))}
        if (settled["other_excluded"], settled["other_unlikely"]) != ("met", "not met"):
            (category,), _ = ask(settled)
            seen.add(category)
    assert set(ask(answers)[0]) == seen


def test_open_criteria_that_would_change_nothing_are_not_asked() -> None:
    known = {"information": "met", "timing": "not met"}
    assert assess_who_umc({key: Answer(answer) for key, answer in known.items()}).open_criteria == ()
    first = assess_who_umc({}).open_criteria[0]
    assert first.key == "information"
    assert set(first.if_met) | set(first.if_not_met) == set(CATEGORIES)
