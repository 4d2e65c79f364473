"""What keeps two patients apart: vetoes, and how much of a paper's patients has to be told."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import numpy as np
import pytest

from phytovigil.linkage.patients import (
    NO_DATE,
    VETOES,
    different_patients,
    gather_told,
    make_patients,
    papers_with_series,
    patients_of,
    tells_one_patient,
    veto_names,
)
from phytovigil.linkage.records import Records, gather_items

MALE, FEMALE = 1, 0


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def vetoes(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    patients = make_patients([one, other])
    both = [
        veto_names(int(different_patients(patients, np.array(a), np.array(b))[0])) for a, b in (([0], [1]), ([1], [0]))
    ]
    assert both[0] == both[1]
    return both[0]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, ()),
        ({"sex": MALE}, {}, ()),
        ({"sex": MALE}, {"sex": MALE}, ()),
        ({"sex": MALE}, {"sex": FEMALE}, ("sex",)),
        ({"age": 44.0}, {"age": 45.0}, ()),
        ({"age": 44.0}, {"age": 46.0}, ("age",)),
        ({"age": 44.0}, {"age": 40.0}, ()),
        ({"age": 49.0}, {"age": 40.0}, ()),
        ({"age": 51.0}, {"age": 40.0}, ("age",)),
        ({"age": 44.0}, {"age": 45.4}, ("age",)),
        ({"age": 47.0}, {"age": 45.0}, ()),
        ({"age": 0.1}, {"age": 5.0}, ("age",)),
        ({"age": 0.1}, {}, ()),
        ({"paper": 1, "sender": 7, "control": 1}, {"paper": 1, "sender": 7, "control": 2}, ("one-sender",)),
        ({"paper": 1, "sender": 7, "control": 1}, {"paper": 2, "sender": 7, "control": 2}, ()),
        ({"paper": 1, "sender": 7, "control": 1}, {"paper": 1, "sender": 8, "control": 2}, ()),
        ({"paper": 1, "sender": 7}, {"paper": 1, "sender": 7, "control": 2}, ()),
        ({"sender": 7, "control": 1}, {"sender": 7, "control": 2}, ()),
        ({"kin": 1}, {"kin": 2}, ("parent-and-child",)),
        ({"kin": 1}, {"kin": 0}, ()),
        ({"weight": 3.0}, {"age": 37.0}, ("parent-and-child",)),
        ({"weight": 3.0}, {"age": 1.0}, ()),
        ({"weight": 40.0}, {"age": 37.0}, ()),
        ({"kin": 1, "sex": MALE}, {"kin": 2, "sex": FEMALE}, ("sex", "parent-and-child")),
    ],
)
def test_vetoes(one: dict[str, Any], other: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert vetoes(one, other) == expected


def dated(first: str, last: str = "") -> dict[str, Any]:
    return {"event_from": day(first), "event_to": day(last or first)}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (dated("2015-03-04"), dated("2015-04-03"), ()),
        (dated("2015-01-12"), dated("2015-12-01"), ()),
        (dated("2015-03-04"), dated("2017-03-04"), ("event-date",)),
        (dated("2015-01-01", "2015-12-31"), dated("2016-12-01"), ()),
        (dated("2015-01-01", "2015-12-31"), dated("2017-03-01"), ("event-date",)),
        (dated("2015-03-04"), {}, ()),
        ({"died": 1, "received": day("2015-06-01")}, dated("2016-07-01"), ("after-death",)),
        ({"died": 1, "received": day("2015-06-01")}, dated("2015-07-01"), ()),
        ({"died": 1, "received": day("2015-06-01")}, dated("2015-05-01"), ()),
        ({"died": 0, "received": day("2015-06-01")}, dated("2016-07-01"), ()),
        ({"died": 1}, dated("2016-07-01"), ()),
    ],
)
def test_vetoes_of_dates(one: dict[str, Any], other: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert vetoes(one, other) == expected


def test_every_veto_has_a_bit() -> None:
    assert veto_names(2 ** len(VETOES) - 1) == VETOES
    assert veto_names(0) == ()


def told(*reports: dict[str, Any]) -> list[tuple[int, int]]:
    """Pairs of one paper that are told to be one patient."""
    patients = make_patients([{"paper": 0, **report} for report in reports])
    pairs = list(itertools.combinations(range(len(reports)), 2))
    left, right = np.array(pairs).T
    found = tells_one_patient(patients, left, right)
    return [pair for pair, one in zip(pairs, found, strict=True) if one]


def firm(sender: int, control: int, age: float | None = None, sex: int | None = MALE, **more: Any) -> dict[str, Any]:
    return {"sender": sender, "control": control, "age": age, "sex": sex, **more}


def test_one_patient_reported_by_three_firms() -> None:
    assert told(firm(1, 1, 27.0), firm(2, 2, 27.0), firm(3, 3, 28.0)) == [(0, 1), (0, 2), (1, 2)]


def test_age_blank_on_either_side_is_too_little() -> None:
    assert told(firm(1, 1, 27.0), firm(2, 2)) == []
    assert told(firm(1, 1, sex=None, products=[1, 2, 3]), firm(2, 2, sex=None, products=[1, 2, 3])) == []


def test_the_month_of_the_event_tells_as_much_as_an_age() -> None:
    month = {"event_from": day("2015-03-01"), "event_to": day("2015-03-31")}
    year = {"event_from": day("2015-01-01"), "event_to": day("2015-12-31")}
    assert told(firm(1, 1, **month), firm(2, 2, **month)) == [(0, 1)]
    assert told(firm(1, 1, **year), firm(2, 2, **year)) == []


def test_sex_blank_needs_products() -> None:
    assert told(firm(1, 1, 27.0, None), firm(2, 2, 27.0, None)) == []
    assert told(firm(1, 1, 27.0, None, products=[1, 2]), firm(2, 2, 27.0, None, products=[1, 2])) == [(0, 1)]


def test_patients_of_a_series_are_paired_by_their_products() -> None:
    """Two men of 31 in one yearly report: each firm's reports go with those of the other that name the same drugs."""
    series = (
        firm(1, 1, 31.0, products=[1, 2, 3]),
        firm(1, 2, 31.0, products=[1, 2]),
        firm(2, 3, 31.0, products=[1, 2, 3]),
        firm(2, 4, 31.0, products=[1, 2]),
    )
    assert told(*series) == [(0, 2), (1, 3)]


def test_a_lone_look_alike_of_a_series_is_not_taken() -> None:
    """The second firm reported one patient only; the first firm's other man of 31 is less like it, so he stays."""
    series = (
        firm(1, 1, 31.0, products=[1, 2, 3, 4, 5]),
        firm(1, 2, 31.0, products=[1, 2, 3, 4]),
        firm(2, 3, 31.0, products=[1, 2, 3, 4, 5]),
    )
    assert told(*series) == [(0, 2)]


def test_two_that_agree_equally_well_are_both_left_to_a_person() -> None:
    series = (firm(1, 1, 31.0, products=[1, 2]), firm(1, 2, 31.0, products=[1, 2]), firm(2, 3, 31.0, products=[1, 2]))
    assert told(*series) == []


def test_series_need_products() -> None:
    assert told(firm(1, 1, 31.0), firm(1, 2, 45.0), firm(2, 3, 31.0)) == []


def test_pairs_of_different_papers_are_not_asked() -> None:
    patients = make_patients([{"paper": 0}, {"paper": 1}, {}, {}])
    assert tells_one_patient(patients, np.array([0, 0, 2]), np.array([1, 2, 3])).all()


@pytest.mark.parametrize(
    ("reports", "series"),
    [
        ([firm(1, 1, 31.0), firm(2, 2, 31.0)], False),
        ([firm(1, 1, 31.0), firm(2, 2, 32.0)], False),
        ([firm(1, 1, 31.0), firm(2, 2, 33.0)], True),
        ([firm(1, 1, 31.0), firm(2, 2, 31.0, FEMALE)], True),
        ([firm(1, 1, 31.0), firm(1, 2, 31.0)], True),
        ([{"kin": 1}, {"kin": 2}], True),
        ([{"kin": 1}, {"kin": 0}], False),
        ([{}], False),
    ],
)
def test_papers_with_series(reports: list[dict[str, Any]], series: bool) -> None:
    assert papers_with_series(make_patients([{"paper": 0, **report} for report in reports])).tolist() == [series]


def test_told_from_columns() -> None:
    facts = [
        {"literature": [9, 0], "died": [1, -1], "child": [1, 1], "parent": [0, 1]},
        {"literature": [7], "died": [0], "child": [0], "parent": [1]},
    ]
    found = gather_told(facts, {9: 0}, [(0, 4), (0, 5), (2, 4)])
    assert (found.paper.tolist(), found.died.tolist(), found.kin.tolist()) == ([0, -1, -1], [1, -1, 0], [1, 0, 2])
    assert (found.start.tolist(), found.products.tolist()) == ([0, 2, 2, 3], [4, 5, 4])


def test_patients_of_records_read_dates_as_precisely_as_they_are() -> None:
    """A year lasts 366 days here, whatever year it is."""
    none = np.array([-1, -1, -1, -1])
    items = gather_items(np.empty(0, int), np.empty(0, int), np.empty(0, int), 4)
    codes = dict.fromkeys(("sex", "sender", "control"), none)
    days = np.array([day("2015-01-01"), day("2015-03-01"), day("2015-03-04"), NO_DATE])
    precision = np.array([1, 2, 3, 0])
    records = Records(none, days, precision, days, np.full(4, np.nan), np.full(4, np.nan), codes, items)
    told_of = gather_told([{"literature": [0] * 4, "died": none, "child": none * 0, "parent": none * 0}], {}, [])
    patients = patients_of(records, told_of)
    assert patients.event_to.tolist() == [day("2016-01-01"), day("2015-03-31"), day("2015-03-04"), NO_DATE]
