"""RUCAM 2016: every line of both columns by hand, published cases, and ranges by trying every answer."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from phytovigil.cases.causality.rucam import ANSWERS, COLUMNS, GROUP_1, GROUP_2, Rucam, assess_rucam
from phytovigil.schema.causality import Answer, RucamAnswers

HEPATOCELLULAR, CHOLESTATIC = COLUMNS
RULED_OUT = dict.fromkeys((*GROUP_1, *GROUP_2), "ruled out")
SETTLED = {
    "earlier_use": "no",
    "slow_elimination": "no",
    "onset_line": "start",
    "course_alt": "no information or still taken",
    "course_alp": "no information or still taken",
    "alcohol": "no",
    "age_55": "no",
    "pregnancy": "no",
    "concomitant": "none",
    "other_cause_probable": "no",
    **RULED_OUT,
    "known": "not known",
    "re_exposure": "none",
}
"""Answers worth 0, but for the alternative causes (2) and, with 100 days from the start, the onset (1)."""


def ask(column: str, start: int | None = 100, stop: int | None = None, **answers: str) -> Rucam:
    given = {key: Answer(answer) for key, answer in {**SETTLED, **answers}.items()}
    return assess_rucam(RucamAnswers(given, start, stop), column)


def points(found: Rucam, key: str) -> tuple[int, ...]:
    return next(item.points for item in found.items if item.key == key)


@pytest.mark.parametrize(
    ("column", "earlier", "days", "worth"),
    [
        *(
            (column, "no", days, worth)
            for column in COLUMNS
            for days, worth in ((0, 1), (4, 1), (5, 2), (90, 2), (91, 1))
        ),
        *((HEPATOCELLULAR, "yes", days, worth) for days, worth in ((0, 1), (1, 2), (15, 2), (16, 1))),
        *((CHOLESTATIC, "yes", days, worth) for days, worth in ((0, 1), (1, 2), (90, 2), (91, 1))),
    ],
)
def test_time_from_the_start(column: str, earlier: str, days: int, worth: int) -> None:
    assert points(ask(column, days, earlier_use=earlier), "onset") == (worth,)


@pytest.mark.parametrize(
    ("column", "stop", "slow", "applies"),
    [
        (HEPATOCELLULAR, 15, "no", True),
        (HEPATOCELLULAR, 16, "no", False),
        (HEPATOCELLULAR, 16, "yes", True),
        (HEPATOCELLULAR, 16, "unknown", None),
        (CHOLESTATIC, 30, "no", True),
        (CHOLESTATIC, 31, "no", False),
    ],
)
def test_time_from_the_stop(column: str, stop: int, slow: str, applies: bool | None) -> None:
    found = ask(column, 44, stop, slow_elimination=slow, onset_line="stop")
    assert points(found, "onset") == (1,)
    assert found.applies is applies


def test_only_one_line_of_the_onset_counts_and_an_unsaid_one_leaves_both() -> None:
    assert points(ask(HEPATOCELLULAR, 44, 3, onset_line="start"), "onset") == (2,)
    assert points(ask(HEPATOCELLULAR, 44, 3, onset_line="unknown"), "onset") == (1, 2)
    assert points(ask(HEPATOCELLULAR, 44, -3, onset_line="stop"), "onset") == (2,), "it began while it was taken"
    assert ask(HEPATOCELLULAR, -1).applies is False


@pytest.mark.parametrize(
    ("column", "key", "worth"),
    [
        (
            HEPATOCELLULAR,
            "course_alt",
            {
                "halved within 8 days": 3,
                "halved within 30 days": 2,
                "no information or still taken": 0,
                "halved after day 30": 0,
                "not halved after day 30 or rose again": -2,
            },
        ),
        (
            CHOLESTATIC,
            "course_alp",
            {
                "halved within 180 days": 2,
                "fell by less than half within 180 days": 1,
                "persisted or rose": 0,
                "no information or still taken": 0,
            },
        ),
        *((column, "alcohol", {"yes": 1, "no": 0}) for column in COLUMNS),
        *((column, "age_55", {"yes": 1, "no": 0}) for column in COLUMNS),
        (HEPATOCELLULAR, "pregnancy", {"yes": 0, "no": 0}),
        (CHOLESTATIC, "pregnancy", {"yes": 1, "no": 0}),
        *(
            (
                column,
                "concomitant",
                {
                    "none": 0,
                    "incompatible time": 0,
                    "compatible time": -1,
                    "known hepatotoxin": -2,
                    "evidence for its role": -3,
                },
            )
            for column in COLUMNS
        ),
        *((column, "known", {"labelled": 2, "published": 1, "not known": 0}) for column in COLUMNS),
        *(
            (
                column,
                "re_exposure",
                {"doubled alone": 3, "doubled with the same others": 1, "rose below normal": -2, "none": 0},
            )
            for column in COLUMNS
        ),
    ],
)
def test_lines_of_the_tables(column: str, key: str, worth: dict[str, int]) -> None:
    assert set(worth) == set(ANSWERS[key])
    for answer, expected in worth.items():
        found = ask(column, **{key: answer})
        assert found.low == found.high == 3 + expected


@pytest.mark.parametrize(
    ("first", "second", "probable", "worth"),
    [
        (7, 5, "no", 2),
        (7, 4, "no", 1),
        (6, 5, "no", 0),
        (5, 0, "no", 0),
        (4, 5, "no", -2),
        (0, 0, "no", -2),
        (7, 5, "yes", -3),
    ],
)
def test_alternative_causes(first: int, second: int, probable: str, worth: int) -> None:
    chosen = {**dict.fromkeys(GROUP_1[first:], "not ruled out"), **dict.fromkeys(GROUP_2[second:], "not ruled out")}
    for column in COLUMNS:
        assert points(ask(column, other_cause_probable=probable, **chosen), "causes") == (worth,)


def test_hepatitis_b_is_a_cause_of_its_own() -> None:
    """A secondary table leaves it out and prints sonography twice."""
    assert {"hbv", "biliary"} < set(GROUP_1)
    assert (len(GROUP_1), len(GROUP_2)) == (7, 5)
    assert points(ask(HEPATOCELLULAR, hbv="not ruled out"), "causes") == (0,)


def test_unknown_causes_keep_every_line_that_they_may_reach() -> None:
    open_causes = dict.fromkeys(GROUP_1[:3], "unknown")
    assert points(ask(HEPATOCELLULAR, **open_causes), "causes") == (-2, 0, 2)
    assert points(ask(HEPATOCELLULAR, **open_causes, other_cause_probable="unknown"), "causes") == (-3, -2, 0, 2)
    assert points(ask(HEPATOCELLULAR, cmv="unknown"), "causes") == (1, 2)


def test_range_of_the_total_is_the_printed_one() -> None:
    nothing = RucamAnswers({})
    hepatocellular, cholestatic = (assess_rucam(nothing, column) for column in COLUMNS)
    assert (hepatocellular.low, hepatocellular.high) == (-9, 14)
    assert (cholestatic.low, cholestatic.high) == (-7, 14)
    assert hepatocellular.categories == ("highly probable", "probable", "possible", "unlikely", "excluded")


@pytest.mark.parametrize(
    ("total", "category"),
    [
        (0, "excluded"),
        (1, "unlikely"),
        (2, "unlikely"),
        (3, "possible"),
        (5, "possible"),
        (6, "probable"),
        (8, "probable"),
        (9, "highly probable"),
    ],
)
def test_categories_at_their_bounds(total: int, category: str) -> None:
    steps = {
        0: {"other_cause_probable": "yes", "known": "labelled"},
        1: {"other_cause_probable": "yes", "known": "labelled", "age_55": "yes"},
        2: {"cmv": "not ruled out"},
        3: {},
        5: {"known": "labelled"},
        6: {"known": "labelled", "age_55": "yes"},
        8: {"known": "labelled", "course_alt": "halved within 8 days"},
        9: {"known": "labelled", "course_alt": "halved within 8 days", "age_55": "yes"},
    }
    found = ask(HEPATOCELLULAR, **steps[total])
    assert (found.low, found.categories) == (total, (category,))


PUBLISHED: list[tuple[str, dict[str, Any], int, str]] = [
    (
        "PMC6144106, table 3: onset after more than 90 days +1, halved within 30 days +2, age +1, other products 0, "
        "all causes ruled out +2, published +1",
        {
            "course_alt": "halved within 30 days",
            "age_55": "yes",
            "concomitant": "incompatible time",
            "known": "published",
        },
        7,
        "probable",
    ),
    (
        "BMJ Case Rep 2019;12:e231741, table 3: onset after more than 90 days +1, course not known 0, age +1, "
        "all 7 and all 5 causes ruled out +2",
        {"age_55": "yes"},
        4,
        "possible",
    ),
]


@pytest.mark.parametrize(
    ("answers", "total", "category"), [row[1:] for row in PUBLISHED], ids=[row[0] for row in PUBLISHED]
)
def test_published_cases(answers: dict[str, str], total: int, category: str) -> None:
    found = ask(HEPATOCELLULAR, 100, **answers)
    assert (found.low, found.high, found.categories) == (total, total, (category,))


OPEN = ("known", "re_exposure", "alcohol", "other_cause_probable")


@pytest.mark.parametrize("column", COLUMNS)
def test_ranges_are_those_of_every_answer(column: str) -> None:
    """Four questions open at once, each answered in every way."""
    totals = set()
    for chosen in itertools.product(*(ANSWERS[key] for key in OPEN)):
        totals.add(ask(column, **dict(zip(OPEN, chosen, strict=True))).low)
    found = ask(column, **dict.fromkeys(OPEN, "unknown"))
    assert (found.low, found.high) == (min(totals), max(totals))
    assert {question.key for question in found.open_questions} == {"known", "re_exposure", "alcohol", "causes"}
