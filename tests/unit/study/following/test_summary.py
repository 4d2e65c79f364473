"""The summary's findings: complete, closed by the schema, and every figure with entries that exist."""

from __future__ import annotations

import importlib.util
import json
import random
import re
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from phytovigil.schema import care, change, diary
from phytovigil.schema.diary import Entries, Entry, Use
from phytovigil.study.contract import load_schema
from phytovigil.study.following.exposure import UpTo, read_exposure
from phytovigil.study.following.summary import gather_summary
from phytovigil.study.following.summary_top import write_top

Findings = dict[str, Any]
IDS = ("entry", "event", "reading")


@pytest.fixture(scope="module")
def example(project_root: Path) -> ModuleType:
    file = project_root / "tests" / "unit" / "dossier" / "person" / "example_person.py"
    spec = importlib.util.spec_from_file_location("example_person_for_findings", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def diaries(example: ModuleType) -> dict[str, Entries]:
    built: dict[str, Entries] = example.build_all()
    return built


@pytest.fixture(scope="module")
def summaries(example: ModuleType, diaries: dict[str, Entries]) -> dict[str, Findings]:
    return {name: gather_summary(entries, example.AS_OF) for name, entries in diaries.items()}


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(load_schema("follow-summary"))


def test_findings_fit_their_schema(summaries: dict[str, Findings], validator: jsonschema.Draft202012Validator) -> None:
    for found in summaries.values():
        validator.validate(json.loads(json.dumps(found, allow_nan=False)))


def test_an_empty_diary_has_a_summary_too(validator: jsonschema.Draft202012Validator) -> None:
    found = gather_summary(Entries([]), date(2026, 1, 1))
    validator.validate(found)
    assert found["diary"]["entries"] == 0
    assert "No rule asks for care now" in found["top"]["care"]
    assert found["top"]["changed"] == "Nothing was measured."
    assert "Liver tests: none." in found["not_known"]


def list_ids(value: Any, key: str = "") -> Iterator[str]:
    """Every id of an entry in findings."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name != "reading" or "lab" in value:  # elsewhere it says how a source was read
                yield from list_ids(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from list_ids(item, key)
    elif isinstance(value, str) and value and (key in IDS or key == "entries"):
        yield value


def test_every_id_is_that_of_an_entry(summaries: dict[str, Findings], diaries: dict[str, Entries]) -> None:
    for name, found in summaries.items():
        written = {entry.id for entry in diaries[name].entries()}
        ids = list(list_ids(found))
        assert len(ids) > 20
        assert set(ids) <= written


def test_each_value_names_the_entry_that_holds_it(summaries: dict[str, Findings], diaries: dict[str, Entries]) -> None:
    held: dict[str, Any] = {entry.id: entry.content for entry in diaries["busy"].entries()}
    for one in summaries["busy"]["series"]:
        for point in one["points"]:
            content = held[point["entry"]]
            if one["name"] in ("pain", "itch"):
                assert point["value"] == content.nrs
            elif one["name"] in ("peg", "withdrawal"):
                assert point["value"] == pytest.approx(content.score, abs=1e-4)
    for photo in summaries["busy"]["skin"][0]["photos"]:
        assert list(held[photo["reading"]].lab) == photo["lab"]
        assert held[photo["reading"]].photo == photo["entry"]


def test_order_of_recording_does_not_matter(
    diaries: dict[str, Entries], summaries: dict[str, Findings], example: ModuleType
) -> None:
    """Entries of one day stand in the order of their recording, so days are shuffled and each keeps its order."""
    by_day: dict[str, list[Entry]] = {}
    for entry in diaries["yellow"]:
        by_day.setdefault(entry.at, []).append(entry)
    days = sorted(by_day)
    random.Random(5).shuffle(days)
    shuffled = Entries([entry for day in days for entry in by_day[day]])
    assert gather_summary(shuffled, example.AS_OF) == summaries["yellow"]


def test_a_summary_of_an_earlier_day_knows_nothing_later(diaries: dict[str, Entries]) -> None:
    day = date(2025, 8, 1)
    found = gather_summary(diaries["busy"], day)
    late = {entry.id for entry in diaries["busy"].entries() if entry.day > day}
    assert not late & set(list_ids(found))
    assert found["liver"] is None
    assert [one["term"] for one in found["causality"]] == ["darker-skin"]
    assert [course["name"] for course in found["use"]["courses"] if not course["stopped"]] == [
        "kratom powder",
        "ibuprofen",
    ]


def test_use_agrees_with_a_count_by_hand(summaries: dict[str, Findings], diaries: dict[str, Entries]) -> None:
    amounts: Counter[date] = Counter()
    for entry in diaries["busy"].entries("use"):
        assert isinstance(entry.content, Use)
        amounts[entry.day] += int(entry.content.amount or 0)
    written = summaries["busy"]["use"]["written"]
    assert (written["days"], written["unit"]) == (len(amounts), "g")
    assert written["day_median"] == statistics.median(amounts.values())
    assert (written["day_least"], written["day_most"]) == (min(amounts.values()), max(amounts.values()))
    assert sum(week["amount"] for week in written["weeks"]) == sum(amounts.values())
    assert sum(week["days"] for week in written["weeks"]) == len(amounts)


def test_photographs_are_counted_once_and_refusals_by_reason(
    summaries: dict[str, Findings], diaries: dict[str, Entries]
) -> None:
    photos = summaries["busy"]["diary"]["photos"]
    taken = len(diaries["busy"].entries("photo"))
    assert (photos["taken"], photos["used"] + photos["refused"], photos["not_read"]) == (taken, taken, 0)
    assert sum(one["photos"] for one in photos["reasons"]) == photos["refused"] == 3


def test_gaps_of_the_diary_are_those_of_at_least_two_weeks(
    summaries: dict[str, Findings], diaries: dict[str, Entries]
) -> None:
    days = sorted({entry.day for entry in diaries["busy"].entries()})
    wide = [(one, other) for one, other in pairwise(days) if other - one >= timedelta(days=14)]
    found = [
        (date.fromisoformat(gap["after"]), date.fromisoformat(gap["until"]))
        for gap in summaries["busy"]["diary"]["gaps"]
    ]
    assert found == wide
    assert found


def test_three_lines_say_what_was_built_in(summaries: dict[str, Findings]) -> None:
    busy, quiet, yellow = (summaries[name]["top"] for name in ("busy", "quiet", "yellow"))
    assert "skin of left cheek darker and greyer" in busy["changed"].lower()
    assert "Nothing measured changed by more than its own noise." in quiet["changed"]
    assert quiet["care"].startswith("No rule asks for care now")
    assert "yellower at all sites" in yellow["changed"]
    assert yellow["care"].startswith(("Emergency now", "Today"))


def test_a_yellowing_is_never_called_pigment(summaries: dict[str, Findings]) -> None:
    told = summaries["yellow"]
    assert "pigment" not in " ".join(told["top"].values()).lower()
    assert [alert["rule"] for alert in told["alerts"] if "pigment" in alert["title"].lower()] == []
    assert all(not one["direction"]["pigment"] for one in told["skin"])


def test_courses_put_the_followed_product_first_and_join_into_stretches(summaries: dict[str, Findings]) -> None:
    use = summaries["busy"]["use"]
    assert [course["followed"] for course in use["courses"]] == [True, True, False, False]
    assert [(one["start"], one["stop"]) for one in use["stretches"]] == [
        ("2024-10-01", "2025-08-16"),
        ("2025-10-06", ""),
    ]
    assert use["taking"] is True


def test_a_stop_that_lies_ahead_has_not_happened(diaries: dict[str, Entries]) -> None:
    exposure = read_exposure(diaries["busy"], date(2025, 7, 1))
    assert [stretch.stop for stretch in exposure.stretches] == [None]
    assert exposure.followed.name == "Kratom" or exposure.followed.name == "kratom"


def test_a_diary_is_read_once(diaries: dict[str, Entries]) -> None:
    asked: list[tuple[str, ...]] = []

    class Counting:
        def entries(self, *kinds: str) -> tuple[Entry, ...]:
            asked.append(kinds)
            return diaries["busy"].entries(*kinds)

    told = UpTo(Counting(), date(2025, 7, 1))
    assert told.entries("pain") == tuple(e for e in diaries["busy"].entries("pain") if e.day <= date(2025, 7, 1))
    assert told.entries("pain", "itch") == tuple(e for e in told.entries() if e.kind in ("pain", "itch"))
    assert asked == [()]


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        ("looks", change.Looks),
        ("baseline", change.Baseline),
        ("importance", change.Importance),
        ("channel", change.ChannelChange),
        ("colour", change.ColourChange),
        ("direction", change.Direction),
        ("yellowing", change.Yellowing),
        ("period", change.PeriodComparison),
        ("draw", care.LiverFact),
        ("alert_finding", care.Finding),
    ],
)
def test_the_schema_follows_the_values(definition: str, value: Any) -> None:
    """A field that a value gains or loses must be described, or taken away."""
    described = load_schema("follow-summary")["$defs"][definition]["properties"]
    assert set(described) == {one.name for one in fields(value)}


def test_nothing_advises_on_doses(summaries: dict[str, Findings]) -> None:
    advice = re.compile(r"\b(?:stop taking|take less|take more|lower your dose|reduce (?:the|your) dose|taper)\b", re.I)
    for found in summaries.values():
        assert advice.findall(json.dumps([found["top"], found["not_known"], found["how_to_read"]])) == []
    assert advice.search("Stop taking it")


def test_lists_of_unknowns_name_what_is_missing(summaries: dict[str, Findings]) -> None:
    quiet = " ".join(summaries["quiet"]["not_known"])
    assert "Liver tests: none." in quiet
    assert "How much was taken." in quiet
    assert "Risks not asked yet: " in quiet
    told = write_top({**summaries["quiet"], "not_known": []})
    assert told["not_known"] == "Nothing that this program asks for is missing."
    assert set(diary.RISKS) >= set(summaries["quiet"]["interactions"]["open_risks"])
