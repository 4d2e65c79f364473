"""Completeness after vigiGrade, and days to onset from dates as precise as they are reported."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from phytovigil.cases.causality.completeness import PENALTIES, score_report
from phytovigil.cases.causality.dechallenge import merge_challenges, sum_up_challenges
from phytovigil.cases.causality.from_report import answer_naranjo, answer_who_umc
from phytovigil.cases.causality.time_to_onset import EXACT, STATUSES, Onset, measure_onset

PRINTED = {
    "time_to_onset": 50,
    "indication": 30,
    "outcome": 30,
    "sex": 30,
    "age": 30,
    "dose": 10,
    "country": 10,
    "reporter": 10,
    "report_type": 10,
    "comments": 10,
}
"""Per cent taken off, as printed: doi:10.1007/s40264-013-0131-x, reproduced in PMC9503115."""

KNOWN_ONSET = Onset(EXACT, 5, 5)


def test_penalties_are_the_printed_ones() -> None:
    assert {name: round(100 * penalty) for name, penalty in PENALTIES.items()} == PRINTED


@pytest.mark.parametrize("name", [name for name in PRINTED if name != "time_to_onset"])
def test_one_missing_dimension_takes_its_penalty(name: str) -> None:
    found = score_report(set(PRINTED) - {name}, KNOWN_ONSET, age_group_only=False)
    assert found.score == pytest.approx(1 - PRINTED[name] / 100)
    assert not found.adapted


@pytest.mark.parametrize(
    ("start", "event", "score"),
    [
        ("2019-01-05", "2019-03-01", 1.0),
        ("2019-03-01", "2019-01-05", 1.0),
        ("2018", "2019-02", 1.0),
        ("2019-03", "2019-03", 0.9),
        ("2019-03-10", "2019-03", 0.9),
        ("2019", "2019-06", 0.7),
        (None, "2019-03", 0.5),
        ("2019-03", None, 0.5),
    ],
)
def test_uncertain_onsets(start: str | None, event: str | None, score: float) -> None:
    """A tenth off where the order is open within a month, three tenths where by more, nothing where it is clear."""
    found = score_report(set(PRINTED), measure_onset(start, event), age_group_only=False)
    assert found.score == pytest.approx(score)


def test_an_age_group_alone_takes_a_tenth() -> None:
    assert score_report(set(PRINTED) - {"age"}, KNOWN_ONSET, age_group_only=True).score == pytest.approx(0.9)


def test_all_missing_and_the_bound_of_well_documented() -> None:
    nothing = score_report(set(), measure_onset(None, None), age_group_only=False)
    assert nothing.score == pytest.approx(0.5 * 0.7**4 * 0.9**5)
    two_tenths = score_report(set(PRINTED) - {"dose", "country"}, KNOWN_ONSET, age_group_only=False)
    assert (two_tenths.score, two_tenths.well_documented) == (pytest.approx(0.81), True)
    three_tenths = score_report(set(PRINTED) - {"sex"}, KNOWN_ONSET, age_group_only=False)
    assert not three_tenths.well_documented


def test_what_a_source_never_records_is_named_and_left_out() -> None:
    left_out = ("time_to_onset", "comments")
    found = score_report({"sex"}, measure_onset(None, "2019"), age_group_only=False, left_out=left_out)
    assert (found.adapted, found.left_out) == (True, left_out)
    assert found.score == pytest.approx(0.7**3 * 0.9**4)
    assert found.least == pytest.approx(found.score * 0.5 * 0.9)
    assert set(found.penalties) == set(PRINTED) - set(left_out)


def shorten(day: date, precision: int) -> str:
    return day.isoformat()[:precision]


@pytest.mark.parametrize("seed", range(60))
def test_bounds_hold_the_true_days_and_are_reached(seed: int) -> None:
    """By going through every pair of days that the texts may mean."""
    draw = random.Random(seed)
    start = date(2019, 1, 1) + timedelta(draw.randrange(500))
    event = start + timedelta(draw.randrange(-40, 200))
    texts = [shorten(day, draw.choice((4, 7, 10))) for day in (start, event)]
    days = [
        [day for offset in range(800) if (day := date(2018, 10, 1) + timedelta(offset)).isoformat().startswith(text)]
        for text in texts
    ]
    every = [(later - earlier).days for earlier in days[0] for later in days[1]]
    found = measure_onset(*texts)
    whole = all(len(text) > 4 for text in texts)
    if whole:
        assert (found.low, found.high) == (min(every), max(every))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= (event - start).days <= found.high
    assert found.status in STATUSES
    assert found.after in ({True, None} if event >= start else {False, None})


@pytest.mark.parametrize("text", ["2019-13", "2019-02-30", "soon"])
def test_what_is_no_date_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        measure_onset(text, "2020")


def test_challenges_add_up_and_a_contradiction_is_not_told_as_success() -> None:
    said = [merge_challenges(words) for words in (["positive", "negative"], ["unknown", "positive"], [], ["unknown"])]
    assert said == ["negative", "positive", None, "unknown"]
    assert sum(sum_up_challenges(said).values()) == len(said)


def test_silence_of_a_report_is_no_answer() -> None:
    nothing = measure_onset(None, None)
    assert answer_naranjo(nothing, None, None) == {}
    assert answer_who_umc(nothing, "unknown", "unknown") == {}
    assert "other_causes" not in answer_naranjo(KNOWN_ONSET, None, None, other_suspects=False)


def test_an_event_after_the_start_does_not_make_the_time_reasonable() -> None:
    assert "timing" not in answer_who_umc(KNOWN_ONSET, None, None)
    before = measure_onset("2019-03-05", "2019-03-01")
    assert answer_who_umc(before, None, None)["timing"].answer == "not met"
    assert answer_naranjo(before, None, None)["after_product"].answer == "no"
