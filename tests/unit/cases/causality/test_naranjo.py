"""The Naranjo scale: points of the printed form, totals by trying every answer, and a published case."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import pytest

from phytovigil.cases.causality.naranjo import ANSWERS, QUESTIONS, assess_naranjo
from phytovigil.schema.causality import Answer
from phytovigil.study.case_files import load_case

PRINTED = {
    "previous_reports": (1, 0),
    "after_product": (2, -1),
    "improved": (1, 0),
    "reappeared": (2, -1),
    "other_causes": (-1, 2),
    "placebo": (-1, 1),
    "toxic_level": (1, 0),
    "dose_response": (1, 0),
    "earlier_reaction": (1, 0),
    "objective": (1, 0),
}
"""Yes and no of the ten items, doi:10.1038/clpt.1981.154; what is not known counts 0."""


def name_category(total: int) -> str:
    """The printed categories."""
    if total >= 9:
        return "definite"
    return "probable" if total >= 5 else "possible" if total >= 1 else "doubtful"


def enumerate_totals(answers: dict[str, str]) -> set[int]:
    """Every total, by trying every answer to what is unknown."""
    worth = [
        {"yes": [yes], "no": [no], "not done": [0], "unknown": [yes, no, 0]}[answers.get(key, "unknown")]
        for key, (yes, no) in PRINTED.items()
    ]
    return {sum(points) for points in itertools.product(*worth)}


def ask(answers: dict[str, str]) -> Any:
    return assess_naranjo({key: Answer(answer) for key, answer in answers.items()})


def test_items_are_the_printed_ten_in_their_order() -> None:
    assert {key: (yes, no) for key, (_, yes, no) in QUESTIONS.items()} == PRINTED
    assert list(QUESTIONS) == list(PRINTED)


def test_range_of_the_whole_scale() -> None:
    found = ask({})
    assert (found.low, found.high, found.counting_zero) == (-4, 13, 0)
    assert found.categories == ("definite", "probable", "possible", "doubtful")


@pytest.mark.parametrize("seed", range(40))
def test_range_and_categories_are_those_of_every_answer(seed: int) -> None:
    draw = random.Random(seed)
    answers = {key: draw.choice(ANSWERS) for key in PRINTED}
    totals = enumerate_totals(answers)
    found = ask(answers)
    assert (found.low, found.high) == (min(totals), max(totals))
    assert set(found.categories) == {name_category(total) for total in totals}
    for question in found.open_questions:
        for outlook in question.answers:
            left = enumerate_totals({**answers, question.key: outlook.answer})
            assert (outlook.low, outlook.high) == (min(left), max(left))
            assert set(outlook.categories) == {name_category(total) for total in left}
    assert {question.key for question in found.open_questions} == {
        key for key, answer in answers.items() if answer == "unknown"
    }


@pytest.mark.parametrize("total", range(-4, 14))
def test_every_total_has_its_printed_category(total: int) -> None:
    for choice in itertools.product(("yes", "no", "not done"), repeat=len(PRINTED)):
        answers = dict(zip(PRINTED, choice, strict=True))
        if enumerate_totals(answers) == {total}:
            assert ask(answers).categories == (name_category(total),)
            return
    pytest.fail(f"no answers give {total}")


@pytest.fixture(scope="module")
def published(project_root: Path) -> dict[str, str]:
    """The answers of the worked case, without their reasons."""
    case, _ = load_case(project_root / "examples" / "case-patel-phelan-2024.toml")
    answers = {key: answer.answer for key, answer in case.naranjo.items()}
    return {**answers, "reappeared": "not done"}


@pytest.mark.parametrize(
    ("other_causes", "low", "high", "categories"),
    [
        ("no", 4, 6, ("probable", "possible")),
        ("not done", 2, 4, ("possible",)),
        ("yes", 1, 3, ("possible",)),
        ("unknown", 1, 6, ("probable", "possible")),
    ],
)
def test_published_case_straddles_two_categories(
    published: dict[str, str], other_causes: str, low: int, high: int, categories: tuple[str, ...]
) -> None:
    """Patel & Phelan 2024: 4 to 6; with the sun as a cause not judged (0) 2 to 4, with it as one 1 to 3."""
    found = ask({**published, "other_causes": other_causes})
    assert (found.low, found.high, found.categories) == (low, high, categories)


def test_the_most_telling_question_comes_first(published: dict[str, str]) -> None:
    found = ask({**published, "other_causes": "unknown"})
    assert found.open_questions[0].key == "other_causes"
    assert not found.open_questions[0].settles
    last = ask({**published, "previous_reports": "yes"})
    assert [question.key for question in last.open_questions] == ["objective"]
    assert last.open_questions[0].settles
