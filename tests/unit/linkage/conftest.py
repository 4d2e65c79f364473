"""A small world of reports with known duplicates, made here and apart from the simulator of the package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from phytovigil.linkage.records import CODED, NO_DAY, Records, gather_items


@dataclass(frozen=True)
class World:
    """Records, and the pairs (left, right) that are of one event."""

    records: Records
    pairs: set[tuple[int, int]]


def make_records_of(reports: list[dict[str, Any]]) -> Records:
    """Records from dictionaries; what a report leaves out is blank. Lists: drugs, reactions, indications."""
    number = len(reports)
    codes = {name: np.array([report.get(name, -1) for report in reports], np.int32).reshape(number) for name in CODED}
    listed = [
        (place, kind, word)
        for place, report in enumerate(reports)
        for kind, name in enumerate(("drugs", "reactions", "indications"))
        for word in sorted(set(report.get(name, ())))
    ]
    rows = np.array(listed, np.int64).reshape(-1, 3)
    return Records(
        report=np.arange(number, dtype=np.int64) * 3 + 7,
        event_day=np.array([report.get("event_day", NO_DAY) for report in reports], np.int32),
        event_precision=np.array(
            [report.get("precision", 3 if "event_day" in report else 0) for report in reports], np.int8
        ),
        received=np.array([report.get("received", NO_DAY) for report in reports], np.int32),
        age=np.array([report.get("age", np.nan) for report in reports], np.float32),
        weight=np.array([report.get("weight", np.nan) for report in reports], np.float32),
        codes=codes,
        items=gather_items(rows[:, 0], rows[:, 1], rows[:, 2], number),
    )


def draw_report(random: np.random.Generator) -> dict[str, Any]:
    """One report of a condition, whose drugs, reactions and sex go together."""
    condition = int(random.integers(40))
    report: dict[str, Any] = {
        "drugs": [condition * 6 + int(random.integers(6)), 240 + int(random.integers(900))],
        "reactions": [condition * 8 + int(random.integers(8)), 320 + int(random.integers(600))],
        "received": int(random.integers(15_000, 18_000)),
        "country": int(min(random.geometric(0.35), 25)),
        "reporter": int(random.integers(4)),
        "outcomes": int(random.integers(5)),
    }
    report["event_day"] = report["received"] - int(random.exponential(100))
    if random.random() < 0.8:
        report["age"] = float(random.integers(18, 90))
    if random.random() < 0.9:
        report["sex"] = int(random.random() < (0.2 if condition % 2 else 0.7))
    return report


def perturb(report: dict[str, Any], random: np.random.Generator) -> dict[str, Any]:
    """The same event as another sender tells it."""
    copy = dict(report, received=report["received"] + int(random.exponential(40)))
    if random.random() < 0.15:
        copy["event_day"] += int(random.integers(-6, 7))
    if random.random() < 0.15 and "age" in copy:
        copy["age"] += 1
    if random.random() < 0.1:
        copy.pop("sex", None)
    if random.random() < 0.3:
        copy["reporter"] = int(random.integers(4))
    if random.random() < 0.2:
        copy["reactions"] = [*copy["reactions"][:1], 320 + int(random.integers(600))]
    if random.random() < 0.1:
        copy["drugs"] = copy["drugs"][1:]
    return copy


def make_world(number: int, copies: int, seed: int, batch: int = 0) -> World:
    """So many reports of which some are copies; `batch` different patients share product, reactions, date and place."""
    random = np.random.default_rng(seed)
    reports = [draw_report(random) for _ in range(number - copies - batch)]
    story = draw_report(random)
    for _ in range(batch):
        other = draw_report(random)
        told = ("drugs", "reactions", "event_day", "received", "country", "reporter", "outcomes")
        reports.append({**{name: story[name] for name in told}, "sex": other.get("sex", 0)})
    told_again = random.choice(number - copies - batch, copies, replace=False)
    reports += [perturb(reports[place], random) for place in told_again.tolist()]
    event = [*range(number - copies), *told_again.tolist()]
    order = sorted(range(number), key=lambda place: (reports[place]["received"], place))
    at = {place: position for position, place in enumerate(order)}
    pairs = {tuple(sorted((at[place], at[event[place]]))) for place in range(number - copies, number)}
    return World(make_records_of([reports[place] for place in order]), pairs)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def world() -> World:
    """Six thousand reports, 300 of them copies, 30 of a batch of one law firm."""
    return make_world(6000, 300, 5, batch=30)


@pytest.fixture(scope="session")
def few() -> World:
    """Three hundred reports."""
    return make_world(300, 30, 11)


@pytest.fixture(scope="session")
def records_of() -> Callable[[list[dict[str, Any]]], Records]:
    """Makes records from dictionaries."""
    return make_records_of
